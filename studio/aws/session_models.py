"""Models with StartSession only: ssh waits while botocore reads its models, 3 MB."""

from pathlib import Path

from botocore.loaders import Loader
from botocore.session import Session

_MODELS = Path(__file__).parent / "models"


def load_start_session_only(session: Session) -> None:
    """Limit the session's clients of SageMaker and SSM to StartSession."""
    session.register_component("data_loader", _Loader(extra_search_paths=[str(_MODELS)]))


class _Loader(Loader):  # type: ignore[misc]
    def list_available_services(self, type_name: str) -> list[str]:
        # botocore would search all 440 directories.
        del type_name
        return [path.name for path in Path(self.BUILTIN_DATA_PATH).iterdir()]
