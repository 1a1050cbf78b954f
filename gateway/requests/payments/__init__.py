"""Money: tickets to pay with, a ledger with double entry, and the flow that settles each payment with the bank."""
