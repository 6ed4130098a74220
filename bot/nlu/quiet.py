"""Called before Rasa is imported: no telemetry, no words of people on stdout, no warnings of old libraries.

Rasa's default structlog prints what people type at debug level; sanic turns every DeprecationWarning on when it is imported.
"""

from __future__ import annotations

import logging
import os
import warnings

from bot.nlu.lean import leave_out_tensorflow

_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "MPLBACKEND": "agg",
    "LOG_LEVEL": "ERROR",
}


def quiet(lean: bool = True) -> None:
    """Safe to call more than once. `lean` leaves TensorFlow out where config.yml needs none of it."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if lean:
        leave_out_tensorflow()
    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import sanic.app  # noqa: F401  sets its own filter at import, so ours must come after
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.filterwarnings("ignore", message=".*Slot auto-fill has been removed.*")
    for name in ("rasa", "tensorflow", "matplotlib", "apscheduler", "h5py"):
        logging.getLogger(name).setLevel(logging.ERROR)
