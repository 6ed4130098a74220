# Two commands: `make run` and `make test`. Both start from Python 3.11, make and a C compiler; uv gets itself into .tools.
PYTHON ?= python3.11
UV := .tools/bin/uv
UV_VERSION := 0.13.8

.PHONY: run test install train check eval bench screenshots sbom clean

run: install
	@$(UV) run --no-sync noor serve

test: install
	@$(UV) run --no-sync ruff check .
	@$(UV) run --no-sync mypy
	@$(UV) run --no-sync noor content check
	@$(UV) run --no-sync noor train
	@$(UV) run --no-sync pytest

install: .venv/installed

.venv/installed: uv.lock pyproject.toml $(UV)
	@echo "Installing (about 2 GB, once; a few minutes)..."
	@$(UV) sync --locked --compile-bytecode --python $(PYTHON)
	@touch $@

# A plain folder of its own: works where the system Python has no venv module.
$(UV):
	@command -v $(PYTHON) >/dev/null || { echo "Noor needs Python 3.11: install it, or say where it is with make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Getting uv..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools uv==$(UV_VERSION) 2>&1 | grep -v -i warning || true
	@test -x $(UV) || { echo "uv could not be had: it comes by pip, so $(PYTHON) needs pip (Debian: apt install python3-pip) and a way to the package index"; exit 2; }

train: install
	@$(UV) run --no-sync noor train

check: install
	@$(UV) run --no-sync noor content check

eval: install
	@$(UV) run --no-sync noor eval

bench: install
	@$(UV) run --no-sync python -m bench

# A software bill of materials: every package of uv.lock that runs, with its version and hash.
sbom: $(UV)
	@$(UV) export --locked --no-dev --format cyclonedx1.5 -q > sbom.json && echo "sbom.json"

screenshots: install
	@$(UV) run --no-sync python -m bench.screenshots

clean:
	rm -rf .venv .tools models var .rasa
