"""Feature Health in Airflow's navigation. Every Airflow process, each task included, imports this file: it loads next to nothing.

The pages (`feature_health.web`) and what they need of Airflow (`airflow_bridge.pages`) are joined at the first request.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from functools import cache
from threading import Lock
from typing import Any

from airflow.plugins_manager import AirflowPlugin

PREFIX = "/feature-health"
_Asgi = Callable[[MutableMapping[str, Any], Callable[..., Any], Callable[..., Any]], Awaitable[None]]
_first_request = Lock()


@cache
def _application() -> _Asgi:
    from feature_health.airflow_bridge.pages import logged_in, sources
    from feature_health.web.app import create_app

    return create_app(sources, user=logged_in)


def _application_once() -> _Asgi:
    with _first_request:
        return _application()


async def pages(scope: MutableMapping[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    """The pages as an ASGI application; a thread builds them, so that the first request does not stop all others."""
    application = await asyncio.to_thread(_application_once)
    await application(scope, receive, send)


class _Timetables(list[type]):
    """Our timetables, imported by whoever asks for them: the scheduler and the dag-processor, but no task."""

    def __iter__(self) -> Iterator[type]:
        """The classes, by import."""
        from feature_health.airflow_bridge.open_days import OpenDaysTimetable

        yield OpenDaysTimetable


class FeatureHealthPlugin(AirflowPlugin):
    """One entry in the navigation, and the address that it shows."""

    name = "feature_health"
    timetables = _Timetables()
    fastapi_apps = [{"app": pages, "url_prefix": PREFIX, "name": "Feature Health"}]  # noqa: RUF012 - Airflow reads class attributes
    external_views = [  # noqa: RUF012
        {
            "name": "Feature Health",
            "href": f"{PREFIX[1:]}/",  # relative: below Airflow's own address, wherever a proxy has put it
            "destination": "nav",
            "nav_top_level": True,
            "url_route": "feature-health",
        }
    ]
