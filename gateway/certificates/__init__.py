"""Certificates: one issue of canonical claims, three faces (PDF, SD-JWT, QR), passcodes, redemption, verification.

docs/guide/certificates.md says it for those who hold, redeem and verify them.
"""
