"""Scrapy settings: politeness and limits for every source."""

from importlib.metadata import version

BOT_NAME = "bilateral"
SPIDER_MODULES = ["spiders.sources"]
NEWSPIDER_MODULE = "spiders.sources"

CONTACT = "https://bilateral.invalid/set-BILATERAL_CONTACT"
"""Stands where the owner of a site should find whoever runs this: nobody, until `BILATERAL_CONTACT` replaces it."""


def user_agent(contact: str = "") -> str:
    """The name under which pages are asked for; it says who we are and where to complain."""
    return f"Mozilla/5.0 (compatible; Bilateral/{version('bilateral')}; +{contact or CONTACT})"


USER_AGENT = user_agent()

# Politeness: one request at a time per host, slower where the host is slow.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
RETRY_TIMES = 2
BACKOFF_SECONDS = 10.0
"""Rest after a first 429 or 503 that names none; twice as long after each that follows."""
DOWNLOADER = "spiders.politeness.PoliteDownloader"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.politeness.StrictRobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    # Sees bodies after decompression, and what redirects and retries end at.
    "spiders.politeness.ConditionalMiddleware": 545,
    "spiders.politeness.BackoffMiddleware": 550,
    # Nearest to the network: sees redirects and compressed bodies as they came.
    "spiders.archive.ArchiveMiddleware": 950,
    "spiders.guard.GuardMiddleware": 960,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.8,*/*;q=0.5",
    "Accept-Language": "en,zh;q=0.8",
    # Only what the archive's readers undo with a bound on the size.
    "Accept-Encoding": "gzip, deflate",
}

# Limits on what a site may send. Longest real article page measured: 2.2 MB; feeds stay below 1 MB.
DOWNLOAD_MAXSIZE = 10_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 15
REDIRECT_MAX_TIMES = 5
CLOSESPIDER_TIMEOUT = 1800

# State that a site could plant, and doors into this process.
COOKIES_ENABLED = False
# Instead of Scrapy's own, with their telnet console and remote control; a crawl starts a third of a second sooner too.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.throttle.AutoThrottle": 0,
}
HTTPCACHE_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "spiders.guard.GuardedHandler",
    "https": "spiders.guard.GuardedHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
METAREFRESH_ENABLED = False

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
TWISTED_DNS_RESOLVER = "spiders.guard.GuardedResolver"

# A page from whoever sits in between is no page of the source. A source whose chain of certificates is broken, and that
# is known to be, sets it to False in its custom_settings.
DOWNLOAD_VERIFY_CERTIFICATES = True

LOG_LEVEL = "WARNING"
