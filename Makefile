# Every target sets up what it needs first; set-up happens once.
PYTHON ?= python3
BIN := .venv/bin
# Names and texts are UTF-8 in any locale.
export PYTHONUTF8 := 1
# The tests start hundreds of Pythons, which need not compile the same modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run demo test test-layer test-wide test-ffmpegs faults load bench check layer setup setup-test stage coverage lock clean

# One more than there are cores, as some tests wait; no more than four, each of which imports all tests.
WORKERS = $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) + 1))")
# In the order of the folders, of which the last have the quick tests, so that all workers are busy to the end.
PARALLEL = -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Programs that start others: they end, and those with them, also when make is killed.
PYTHON_RUN = SONUBE_PARENT=$$PPID exec $(BIN)/python
PYTEST = $(PYTHON_RUN) -m pytest $(PARALLEL)

help:  ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: setup stage  ## A local Sonube on http://127.0.0.1:8080 until Ctrl-C
	@$(PYTHON_RUN) -m localcloud $(ARGS)

demo: setup stage  ## One conversion through the whole pipeline: make demo [FILE=x.wav] [TO=mp3]
	@$(PYTHON_RUN) -m tools.demo $(if $(FILE),--file "$(FILE)") $(if $(TO),--to "$(TO)")

test: setup-test stage  ## The tests: make test [ARGS="tests/shared -q"]
	@$(PYTEST) $(ARGS)

test-layer: setup-test stage  ## Tests of the ffmpeg layer, and all conversions with it (after make layer)
	@$(PYTEST) -m "" tests/ffmpeg_layer tests/conversions tests/hostile tests/functions/convert $(ARGS)

test-wide: setup-test stage  ## Wide matrices and long runs, beyond what make test samples (some minutes)
	@$(PYTEST) -m wide $(ARGS)

test-ffmpegs: setup-test  ## Conversions and attacks on every available ffmpeg: make test-ffmpegs [ARGS="9.0"]
	@$(PYTHON_RUN) -m tools.suite.ffmpegs $(ARGS)

coverage: setup-test stage  ## Branch coverage of functions/ and shared/: make coverage [ARGS="tests/shared"]
	@$(BIN)/python -m tools.suite.measure_coverage $(PARALLEL) $(ARGS)

faults: setup-test stage  ## The fault lab: make faults [ARGS="seed=1 n=50 rounds=20"]
	@$(PYTHON_RUN) -m lab.faults $(ARGS)

load: setup-test stage  ## The three load scenarios: make load [ARGS="users=750"]
	@PYTHONPATH=client $(PYTHON_RUN) -m lab.load $(ARGS)

bench: setup-test stage  ## All benchmarks, into docs/performance.md (some minutes)
	@PYTHONPATH=client $(PYTHON_RUN) -m bench $(ARGS)

check: setup-test  ## Lint, types, and the exported requirements against the lock file
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tools/lock.py --check

layer:  ## Build the ffmpeg that convert ships with (audio only, no network), into ffmpeg-layer/bin
	@ffmpeg-layer/build.sh

setup:
	@$(PYTHON) tools/setup.py run

setup-test:
	@$(PYTHON) tools/setup.py test

stage:
	@$(BIN)/python tools/stage.py >/dev/null

lock: setup-test  ## Resolve the lock file again (needs a package registry) and export it
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python tools/lock.py

clean:  ## Remove what the other targets made, except .venv and .localcloud
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache
