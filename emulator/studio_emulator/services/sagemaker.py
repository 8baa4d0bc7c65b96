"""SageMaker's tags and Search outside Studio."""

from studio_emulator.call import Call, Params
from studio_emulator.errors import AwsError
from studio_emulator.moto_internals.resources import sagemaker_resource
from studio_emulator.studio import tags


def check_tagged(params: Params, call: Call) -> None:
    """The resource must exist in Studio or in moto."""
    arn = params["ResourceArn"]
    if tags.owns(arn):
        return
    if sagemaker_resource(call.backend("sagemaker"), arn) is None:
        raise AwsError("ValidationException", f"Resource {arn} does not exist.")


def search(params: Params, _call: Call) -> None:
    """Refuse a Search that moto does not implement: its result is empty or wrong."""
    resource, expression = params["Resource"], params.get("SearchExpression", {})
    if resource not in _SEARCHED:
        raise _not_emulated(f"of {resource}")
    for member in ("NestedFilters", "SubExpressions"):
        if expression.get(member):
            raise _not_emulated(f"with {member}")
    for condition in expression.get("Filters") or []:
        by_tag = condition["Name"].startswith("Tags.")
        allowed = _OPERATORS[:1] if by_tag else _OPERATORS
        if condition.get("Operator", "Equals") not in allowed:
            raise _not_emulated(f"with {condition['Operator']} of {condition['Name']}")
    if expression.get("Operator") == "Or" and len(expression.get("Filters") or []) > 1:
        raise _not_emulated("with Or")


def _not_emulated(what: str) -> AwsError:
    return AwsError("UnknownOperationException", f"Search {what} is not emulated.")


_OPERATORS = ("Equals", "NotEquals", "Contains")
_SEARCHED = frozenset(
    {
        "Endpoint",
        "Experiment",
        "ExperimentTrial",
        "ExperimentTrialComponent",
        "FeatureGroup",
        "ModelPackage",
        "ModelPackageGroup",
        "Pipeline",
        "PipelineExecution",
        "TrainingJob",
    }
)
CHECKS = {
    "Search": search,
    **dict.fromkeys(("AddTags", "DeleteTags", "ListTags"), check_tagged),
}
