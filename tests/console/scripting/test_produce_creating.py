"""`kconsole produce --create`: what topic is made, and when none is."""

from tests.console.scripting.conftest import Run


def test_topic_that_would_not_have_the_partition_is_not_made(run: Run) -> None:
    result = run("produce", "--create", "narrow", "-p", "7", stdin="a\nb\n")

    assert result.exit_code == 1
    assert result.stderr == (
        "kconsole: narrow would get 1 partition and no partition 7: nothing is made; "
        "--partitions 8 makes enough\n"
    )
    assert "no such topic" in run("produce", "narrow", stdin="").stderr


def test_topic_is_made_with_as_many_partitions_as_are_asked_for(run: Run) -> None:
    command = ["produce", "--create", "--partitions", "8", "wide", "-p", "7"]
    result = run(*command, "--verbose", stdin="a\n")

    assert (result.exit_code, result.stdout) == (0, "partition 7 offset 0\n")


def test_partitions_of_a_topic_that_is_not_to_be_made_are_a_usage_error(run: Run) -> None:
    result = run("produce", "--partitions", "8", "lines", stdin="a\n")

    assert result.exit_code == 2
    assert "--partitions goes with --create" in result.stderr
