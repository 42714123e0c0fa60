"""What the gateway counts, beside the chassis' own. Label values come from the table of routes: few."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

http_seconds = Histogram(
    "http_seconds", "From a request's head to the end of its answer", ["method", "route", "status"], buckets=_SECONDS
)
push_streams = Gauge("push_streams", "Open event sources")
remote_images = Counter("remote_images", "Pictures that messages fetch from elsewhere", ["outcome"])
