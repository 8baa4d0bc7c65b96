"""Flow logs: the options of the destination, which moto shows, but does not store."""

from studio_emulator.call import Answer, Call, Params


def amend_create(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the options of the new flow logs."""
    for each in answer.get("FlowLogIds", []):
        call.backend("ec2").flow_logs[each].destination_options = params.get("DestinationOptions")
    return answer
