"""The lender's feature jobs: each reads a vendor's deliveries, or what other jobs published, and writes one candidate file.

Judging the candidate is somebody else's.
"""
