"""What the README shows: a training script registers what it wrote, and a later one loads the best."""
import json
import pathlib
import subprocess


def model_registry(*arguments):
    done = subprocess.run(
        ["model-registry", *arguments, "--json"], capture_output=True, text=True, check=False
    )
    answer = json.loads(done.stdout)
    if done.returncode != 0:
        raise SystemExit(answer["error"]["message"])
    return answer


pathlib.Path("model.bin").write_bytes(bytes(range(256)))
metrics = {"accuracy": 0.9375, "loss": 1.5e-05}
version = model_registry(
    "register", "model.bin", "--name", "digits", "--framework", "sklearn", "--stage", "production",
    *(f"--metric={name}={value}" for name, value in metrics.items()),
)
assert version["metrics"] == metrics, version
best = model_registry("path", "digits@production")
assert pathlib.Path(best["path"]).read_bytes() == bytes(range(256))
print(version["fullName"])
