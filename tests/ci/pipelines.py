"""Checks workflows of GitHub and pipelines of GitLab against their schemas, and pipelines of Gitee Go
by their structure.

    python3 tests/ci/pipelines.py

Needs `check-jsonschema`, which brings the schemas, and `pyyaml`. Prints every finding; exits 1 on one.
"""

import json
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import yaml

SITE = Path("src/scaffold/site")


class Loader(yaml.SafeLoader):
    """Reads `on` as a word, as YAML 1.2 does."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if first in "tTfF" or not tag.endswith("bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def forge(name, path):
    """What the schema of a forge says."""
    schema = json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{name}.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    if not list(validator.iter_errors({"jobs": 1, "check": {"script": 1, "stage": []}})):
        yield f"the schema {name} finds nothing"
    for error in validator.iter_errors(yaml.load(path.read_text("utf-8"), Loader)):
        yield f"{path}: {'/'.join(map(str, error.path))}: {error.message[:200]}"


def gitee(path):
    """What help.gitee.com/gitee-go asks of a pipeline: version, names, triggers, stages with steps."""
    pipeline = yaml.safe_load(path.read_text("utf-8"))
    known = {"version", "name", "displayName", "triggers", "variables", "strategy", "stages"}
    for key in set(pipeline) - known:
        yield f"{path}: unknown key {key}"
    if pipeline["version"] != "1.0" or not pipeline["name"].replace("-", "").isalnum():
        yield f"{path}: version or name"
    if pipeline["triggers"]["trigger"] != "auto" or not {"push", "pr", "schedule"} & set(pipeline["triggers"]):
        yield f"{path}: nothing starts it"
    for cron in pipeline["triggers"].get("schedule", []):
        if len(cron["cron"].split()) != 7:
            yield f"{path}: a schedule has seven parts, from seconds to years: {cron['cron']}"
    for stage in pipeline["stages"]:
        if not {"name", "displayName", "strategy", "trigger", "steps"} <= set(stage):
            yield f"{path}: stage {stage.get('name')}"
        for step in stage["steps"]:
            if not step["step"].startswith("build@") or not {"name", "displayName", "commands"} <= set(step):
                yield f"{path}: step {step.get('name')}"
            if not all(isinstance(command, str) for command in step["commands"]):
                yield f"{path}: a command is no text"


findings = list(forge("gitlab-ci", SITE / "gitlab.yml"))
workflows = [SITE / "github.yml", *sorted(Path(".github/workflows").glob("*.yml"))]
for workflow in workflows:
    findings += forge("github-workflows", workflow)
pipelines = sorted(SITE.glob("gitee*.yml"))
for pipeline in pipelines:
    findings += gitee(pipeline)
print(f"{len(workflows)} workflows of GitHub, 1 pipeline of GitLab, {len(pipelines)} of Gitee Go, {len(findings)} findings")
sys.exit("\n".join(findings) if findings or not pipelines else 0)
