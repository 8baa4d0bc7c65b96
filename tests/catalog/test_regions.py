"""The regions are those of SageMaker."""

from botocore.session import Session

from catalog.regions import REGIONS


def test_the_regions_are_those_of_sagemaker_in_botocore() -> None:
    session = Session()
    for partition, regions in REGIONS.items():
        found = session.get_available_regions("sagemaker", partition_name=partition)
        assert list(regions) == sorted(found)
