from feature_health.profiles.measure import Count, each_once, name_of
from feature_health.profiles.predicate import InSet


def test_measures_that_only_python_takes_for_equal_are_all_taken() -> None:
    """A second expectation about 1.0 or true would be "never measured", and hold every partition."""
    measures = [Count(where=InSet(column="flag", values=(value,))) for value in (1, 1.0, True, 0.0, -0.0)]
    assert len(each_once([*measures, *measures])) == len({name_of(measure) for measure in measures}) == 5
