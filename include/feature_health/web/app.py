"""The web application: which address answers what, and how trouble is shown. Must not know Airflow nor how users are known.

It works under any mount prefix: every address that it writes is relative.
"""

from collections.abc import Callable
from typing import Annotated, Any, Never

from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import HTMLResponse, JSONResponse

from feature_health.errors import FeatureHealthError
from feature_health.web.answers import Sources, ask
from feature_health.web.headers import SECURITY_HEADERS, SecurityHeaders
from feature_health.web.health import HealthPage, health_page
from feature_health.web.rendering import render, static_files

KEYS_CHOICES = (30, 60, 120)
_API = "/api/"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_KeysMax = Annotated[int, Query(ge=1, le=400)]
_UNEXPECTED = (
    "The page could not be made, and this is our own fault. The log of Airflow's api-server says why. No partition is touched."
)


def create_app(sources: Callable[[], Sources], *, user: Callable[..., Any], airflow: str = "../") -> FastAPI:
    """The application, in which every address, known or not, first asks the dependency `user`, which refuses by raising.

    `sources` is called at each request and may raise any FeatureHealthError. `airflow` leads from our pages to Airflow's own.
    """
    # FastAPI's own documentation pages would answer without asking `user`, and load their scripts from elsewhere.
    app = FastAPI(title="Feature Health", dependencies=[Depends(user)], docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(FeatureHealthError, _trouble)
    app.add_exception_handler(Exception, _unexpected)
    _add_health(app, sources, airflow)
    app.add_api_route("/static/{name}", _static, methods=["GET", "HEAD"])
    app.add_api_route(
        "/{path:path}", _nowhere, methods=_METHODS, response_model=None
    )  # the last: an unknown address asks who you are, too
    return app


def _add_health(app: FastAPI, sources: Callable[[], Sources], airflow: str) -> None:
    def page_of(keys: int) -> HealthPage:
        return health_page(ask(sources(), keys_max=keys), keys_max=keys)

    # Not coroutines: the ledger blocks, so FastAPI runs them in its threads.
    def health(keys: _KeysMax = KEYS_CHOICES[0]) -> Response:
        return HTMLResponse(render("health.html", page=page_of(keys), keys=keys, choices=KEYS_CHOICES, airflow=airflow))

    def health_json(keys: _KeysMax = KEYS_CHOICES[0]) -> Response:
        return JSONResponse(jsonable_encoder(page_of(keys)))

    app.add_api_route("/", health, methods=["GET", "HEAD"])
    app.add_api_route(f"{_API}health", health_json, methods=["GET", "HEAD"])


def _static(name: str) -> Response:
    file = static_files().get(name)
    if file is None:
        _nowhere(name)
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": "private, max-age=86400"})


def _nowhere(path: str) -> Never:
    raise HTTPException(404, f"There is no page /{path[:80]} here.")


def _trouble(request: Request, error: Exception) -> Response:
    """What we raise on purpose says what to do; the ledger may answer again in a moment, hence 503."""
    return _failure(request, 503, title=type(error).__name__, message=str(error))


def _unexpected(request: Request, error: Exception) -> Response:  # noqa: ARG001 - the server logs it; a reader gets no traceback
    return _failure(request, 500, title="Unexpected failure", message=_UNEXPECTED)


def _failure(request: Request, status: int, *, title: str, message: str) -> Response:
    """Outside of the middleware when the failure was unexpected, so it carries the headers itself."""
    headers = {**SECURITY_HEADERS, "Cache-Control": "no-store"}
    if _API in request.url.path:
        return JSONResponse({"error": title, "message": message}, status, headers)
    return HTMLResponse(render("trouble.html", title=title, message=message), status, headers)
