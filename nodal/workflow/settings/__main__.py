"""Write the JSON schema of the configuration, by which editors complete and check it:

python -m nodal.workflow.settings > config/schema.json
"""

import json

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import CoreSchema

from nodal.workflow.settings.configuration import Configuration


class _Untitled(GenerateJsonSchema):
    """A title would say a key once more."""

    def field_title_should_be_set(self, schema: CoreSchema) -> bool:
        return False


def schema() -> str:
    """The JSON schema as text."""
    return json.dumps(Configuration.model_json_schema(schema_generator=_Untitled), indent=2)


if __name__ == "__main__":
    print(schema())
