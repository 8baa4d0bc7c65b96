"""The SVG diagram."""

from xml.etree import ElementTree

from studio.review.diagram import as_svg
from tests.studio.review.plans import change, reviewed, sample_review

SVG = "{http://www.w3.org/2000/svg}"


def test_the_description_says_how_many_changes_it_leaves_out() -> None:
    review = reviewed(*(change("aws_iam_role", f"r{n}", name=f"r{n}") for n in range(50)))
    assert " is created; and 10 more</desc>" in as_svg(review)


def test_the_diagram_is_well_formed_and_described_in_words() -> None:
    diagram = ElementTree.fromstring(as_svg(sample_review("zones", {"network": {"zones": 3}})))
    title, description = diagram.find(f"{SVG}title"), diagram.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    described_by = {title.attrib["id"], description.attrib["id"]}
    assert set(diagram.attrib["aria-labelledby"].split()) == described_by
    titles = {node.text for node in diagram.iter(f"{SVG}title")}
    assert "studio, Studio domain: replaced" in titles
    assert "alice, user profile: replaced" in titles
    width, height = map(float, diagram.attrib["viewBox"].split()[2:])
    for box in diagram.iter(f"{SVG}rect"):
        at = {key: float(box.attrib[key]) for key in ("x", "y", "width", "height")}
        assert at["x"] + at["width"] <= width
        assert at["y"] + at["height"] <= height
