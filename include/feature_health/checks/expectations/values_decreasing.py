"""Each value is at most the one before it, in the order of the file; nulls are passed over."""

from feature_health.checks.expectations.values_increasing import in_order

EXPECTATION = in_order("expect_column_values_to_be_decreasing", descending=True)
