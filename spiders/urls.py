"""URL → url_key, the form under which two spellings of one address are the same article (pure)."""

import re
import uuid
from contextlib import suppress
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

MAX_URL = 2000
"""Characters; longer ones are traps or tracking, and real article URLs stay far below."""

# Parameters that say where a reader came from, never which article. Provenance: Miniflux's and mcmetadata's
# lists, and the catalogue's notes on each source.
_TRACKING = re.compile(
    r"(?:utm_.*|mtm_.*|pk_.*|hsa_.*|at_medium|at_campaign|at_.*|ns_.*|fbclid|gclid|gclsrc|dclid|msclkid|yclid|"
    r"twclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|oly_enc_id|oly_anon_id|vero_id|wickedid|"
    r"smid|smtyp|cmp|cmpid|cmpid.*|srnd|iid|pgtype|partner|ocid|ncid|icid|rss_id|sr_share|share_token|"
    r"__twitter_impression|_ga|spm|from_source|wt\.mc_id|xtor|guccounter|guce_referr.*)",
    re.IGNORECASE,
)
_SESSION = re.compile(r"(?:phpsessid|jsessionid|aspsessionid.*)", re.IGNORECASE)
_SESSION_ID = re.compile(r"[\w-]{16,}")
# An address in which nothing needs to be resolved, escaped or left out: most of them.
_NORMAL = re.compile(
    r"https?://(?!-)([a-z0-9-]+(?:\.[a-z0-9-]+)+)(/[A-Za-z0-9/%:@!$&'()*+,;=~._-]*)"
    r"(?:\?([A-Za-z0-9/?%:@!$&'()*+,;=~._\[\]-]+))?"
)
_HOST_PREFIX = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.[^.])")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AMP_CACHE = re.compile(r"^/(?:amp/)?[cv]/(?:s/)?(.+)$")
_WEB_ARCHIVE = re.compile(r"/web/(?:\d{1,14}[a-z_]{0,4}/)?(https?:/{1,2}.+)")
_INDEX = re.compile(r"/(?:index|default)\.\w{2,5}$")
_HOST_LIKE = re.compile(r"^(?:https?://)?[\w-]+(?:\.[\w-]+)+/?$")


class BadUrl(ValueError):
    """A string that cannot be the address of a web page."""


def absolute(url: str, base: str = "") -> str:
    """Resolve a link against the page it stood on, without user information and fragment.

    Raises:
        BadUrl: not http(s), no host, control characters in it, or longer than MAX_URL.
    """
    url = url.strip()
    if not url:
        raise BadUrl("empty")
    if len(url) > MAX_URL:
        raise BadUrl(f"longer than {MAX_URL} characters: {url[:80]}…")
    if _NORMAL.fullmatch(url):
        return url
    if any(ord(c) < 32 or ord(c) == 127 for c in url):
        url = re.sub(r"[\t\r\n]", "", url)
        if any(ord(c) < 32 or ord(c) == 127 for c in url):
            raise BadUrl(f"control characters in {url[:80]!r}")
    try:
        parts = urlsplit(urljoin(base, url))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadUrl(f"{error}: {url[:80]!r}") from None
    if parts.scheme not in {"http", "https"} or not host.strip("."):
        raise BadUrl(f"not an http address: {url[:80]!r}")
    try:
        path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") or "/"
        query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._[]")
        netloc = (host if host.isascii() else host.encode("idna").decode("ascii")) + (f":{port}" if port else "")
    except UnicodeError:
        raise BadUrl(f"not encodable: {url[:80]!r}") from None
    netloc = f"[{host}]{netloc[len(host) :]}" if ":" in host else netloc
    whole = urlunsplit((parts.scheme, netloc, path, query, ""))
    if len(whole) > MAX_URL:
        raise BadUrl(f"longer than {MAX_URL} characters: {url[:80]}…")
    return whole


def _normal_escape(escape: re.Match[str]) -> str:
    """RFC 3986, 6.2.2: an escaped unreserved character is that character; other escapes are upper case."""
    character = chr(int(escape[0][1:], 16))
    return character if re.fullmatch(r"[A-Za-z0-9._~-]", character) else escape[0].upper()


def url_key(url: str) -> str:
    """The identity of an article by its address.

    https, lower-case host without `www.`, `m.`, `mobile.` or `amp.`, no default port, no fragment, no user
    information, no tracking or session parameters, the others sorted; addresses in AMP caches and in the Wayback
    Machine are unwrapped. Paths are never changed beyond percent-encoding: `?id=1` and `/A` may be other articles than
    `?id=2` and `/a`.

    Raises:
        BadUrl: as `absolute`.
    """
    whole = absolute(url)
    port = None
    if normal := _NORMAL.fullmatch(whole):
        host, path, given = normal[1], normal[2], normal[3] or ""
    else:
        parts = urlsplit(whole)
        host, port, path, given = (parts.hostname or "").rstrip("."), parts.port, parts.path or "/", parts.query
    asked = f"?{given}" if given else ""
    if host == "web.archive.org" and (archived := _WEB_ARCHIVE.fullmatch(path + asked)):
        with suppress(BadUrl):
            return url_key(archived[1].replace(":/", "://", 1).replace(":///", "://", 1))
    cached = None
    if path.startswith("/amp/") and re.fullmatch(r"(?:www\.)?google\.[a-z.]+", host):
        cached = re.match(r"^/amp/(?:s/)?(.+)$", path)
    elif host.endswith(".cdn.ampproject.org"):
        cached = _AMP_CACHE.match(path)
    if cached and "." in cached[1].split("/")[0]:
        with suppress(BadUrl):
            return url_key(f"https://{cached[1]}{asked}")
    host = _HOST_PREFIX.sub("", host)
    if ":" in host:
        host = f"[{host}]"
    if port not in {None, 80, 443}:
        host = f"{host}:{port}"
    if "%" in path:
        path = re.sub("%[0-9A-Fa-f]{2}", _normal_escape, _BARE_PERCENT.sub("%25", path))
    query = sorted(
        (name, value)
        for name, value in parse_qsl(given, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name)
        and not _SESSION.fullmatch(name)
        and not (name.lower() == "sid" and _SESSION_ID.fullmatch(value))  # shorter ones name articles (solidot.org)
        and not (name.lower() in {"ref", "source", "src"} and _HOST_LIKE.match(value))
    )
    kept = f"?{urlencode(query, errors='surrogateescape')}" if query else ""
    return f"https://{host}{path}{kept}"


def article_id(key: str) -> uuid.UUID:
    """The identifier of the article with this url_key: the same in every run and on every machine."""
    return uuid.uuid5(uuid.NAMESPACE_URL, key)


def canonical_key(canonical: str, url: str) -> str:
    """The url_key of the address that a page gives as its own, where that is plausibly this article's; else "".

    Believed is an address on the same site that is neither its home page nor a folder above the one that was asked
    for; of another site only where the address asked for names no article itself (a short link, a redirector).

    Args:
        canonical: absolute address from the page, or "".
        url: the address that was asked for.
    """
    try:
        key, asked = url_key(canonical), url_key(url)
    except BadUrl:
        return ""
    there, here = urlsplit(key), urlsplit(asked)
    path = there.path.rstrip("/") if there.query else _INDEX.sub("", there.path).rstrip("/")
    if not path or (
        here.path.startswith(f"{path}/")
        and here.path != there.path
        and not there.query
        and "amp" not in here.path[len(path) :].split("/")
    ):
        return ""
    if same_site(key, asked) or _names_nothing(here.path):
        return key
    return ""


def same_site(key: str, other: str) -> bool:
    """Whether the hosts of two url_keys are one, or one is inside the other's domain."""
    here, there = urlsplit(key).netloc, urlsplit(other).netloc
    return here == there or there.endswith(f".{here}") or here.endswith(f".{there}")


def _names_nothing(path: str) -> bool:
    """Whether the end of a path is a code ("3wGkGU1") rather than the words or the number of an article."""
    last = path.rstrip("/").rpartition("/")[2]
    code = re.fullmatch(r"[A-Za-z0-9]{5,40}", last)
    return bool(code and re.search(r"\d", last) and re.search(r"[A-Z]", last) and re.search(r"[a-z]", last))
