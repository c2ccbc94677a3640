"""The OpenAPI document: made of the declarations that validate, and true of what is answered."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.tui.serving.conftest import Served
from tui.serving import answer_shapes as shapes
from tui.serving.app import REFUSALS


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/search?q=kick+xyzzy+len:%3C9", shapes.SearchAnswer),
        ("/sounds/{first}/similar", shapes.SearchAnswer),
        ("/blend?start=sound:{first}&end=kick&steps=3", shapes.PathAnswer),
        ("/blend?start=a&end=b&at=0.5", shapes.PointAnswer),
        ("/sounds/{first}", shapes.InfoAnswer),
        ("/tags", shapes.TagsAnswer),
        ("/collections", list[shapes.CollectionAnswer]),
        ("/stats", shapes.StatsAnswer),
        ("/nowhere", shapes.RefusalAnswer),
    ],
)
def test_answers_have_the_documented_shape_and_nothing_more(path: str, shape: Any, served: Served) -> None:
    served.editor.post("/collections/add", json={"name": "Kit", "sounds": served.ids[:1]})
    answer = served.reader.get(path.format(first=served.ids[0])).json()
    adapter = TypeAdapter(shape)
    assert adapter.dump_python(adapter.validate_python(answer), mode="json") == answer


def test_every_address_says_what_it_takes_answers_and_refuses(served: Served) -> None:
    document = served.nobody.get("/openapi.json").json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["security"] == [{"HTTPBearer": []}], path
            assert {str(status) for status in REFUSALS} <= operation["responses"].keys()
            assert operation["responses"]["200"]["content"], path
            refused = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/RefusalAnswer"}
            assert ("requestBody" in operation) == (method == "post")
    (count,) = [one for one in document["paths"]["/search"]["get"]["parameters"] if one["name"] == "k"]
    assert (count["schema"]["minimum"], count["schema"]["maximum"]) == (1, 200)
