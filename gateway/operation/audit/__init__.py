"""The record: what left, about whom, to whom, why; durable before the first byte of the answer leaves.

recording  an answer becomes an event        recorder    events become durable, many in one commit
released   what of the answer is about whom   store       SQLite or PostgreSQL
chain      hash chains and threads            checkpoints Merkle roots, signed, shipped to a sink
verifying  proves a log whole, offline        reading     what a citizen may read of it
"""
