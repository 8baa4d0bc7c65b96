"""What the board counts, and what Terraform does now."""

from studio.console.board import Board


def test_only_a_resource_that_changed_counts_as_done() -> None:
    board = Board()
    board.begin("network", "applying")
    board.count("network", 2)
    for resource, failed in (("aws_vpc.vpc", False), ("aws_subnet.a", True)):
        board.start("network", resource)
        board.finish("network", resource, failed=failed)
    row = board.rows["network"]
    assert (row.done, row.total, row.under_way) == (1, 2, {})


def test_the_steps_of_all_stacks_are_one_line() -> None:
    board = Board()
    board.expect({"network": (), "role": (), "domain": {"role", "network"}})
    assert board.rows["domain"].after == ("network", "role")
    assert board.doing() == ""
    board.begin("role", "planning")
    board.begin("network", "applying")
    board.begin("domain", "planning")
    assert board.doing() == "applying network; planning role, domain"
    board.end("role", "unchanged")
    assert board.doing() == "applying network; planning domain"
    assert board.rows["role"].result == "unchanged"
