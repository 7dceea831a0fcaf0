"""The page and its files: our own, nothing from elsewhere, nothing inline."""

from __future__ import annotations

from importlib.resources import files

from aiohttp import web

KINDS = {"css": "text/css", "js": "text/javascript", "html": "text/html", "svg": "image/svg+xml"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def page(_: web.Request) -> web.StreamResponse:
    """``GET /sim``"""
    return _file("index.html")


async def static(request: web.Request) -> web.StreamResponse:
    """``GET /sim/static/{name}``"""
    return _file(request.match_info["name"])


def _file(name: str) -> web.Response:
    known = {each.name: each for each in files("webhooks.sim").joinpath("static").iterdir()}
    kind = KINDS.get(name.rpartition(".")[2])
    if name not in known or kind is None:
        raise web.HTTPNotFound(text=f"there is no {name!r}")
    return web.Response(body=known[name].read_bytes(), content_type=kind, charset="utf-8", headers=HEADERS)
