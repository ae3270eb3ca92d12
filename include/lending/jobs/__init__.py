"""The lender's four feature jobs: each reads a vendor's deliveries and writes one candidate file. Judging the candidate is
somebody else's.
"""
