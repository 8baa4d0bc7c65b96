"""Flow logs: the options of the destination, which moto does not store."""

from studio_emulator.call import Answer, Call, Params


def amend_create(params: Params, call: Call, answer: Answer) -> Answer:
    """Store the options of the new flow logs."""
    for each in answer.get("FlowLogIds", []):
        call.backend("ec2").flow_logs[each].destination_options = params.get("DestinationOptions")
    return answer


def amend_describe(_: Params, call: Call, answer: Answer) -> Answer:
    """Show the stored options."""
    options = {log.id: log.destination_options for log in call.backend("ec2").flow_logs.values()}
    for shown in answer["FlowLogs"]:
        if given := options.get(shown["FlowLogId"]):
            shown["DestinationOptions"] = given
    return answer
