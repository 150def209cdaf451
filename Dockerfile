# The dashboard alone, on publications that stand elsewhere: docs/hosting.md says how to run it.
FROM python:3.11-slim-bookworm

ENV HOME=/tmp \
    PUBLISHED_CACHE=/cache \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin dashboard \
    && install --directory --owner 10001 --group 10001 --mode 0700 /cache

WORKDIR /app
COPY requirements-dashboard.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --requirement requirements-dashboard.txt

COPY .streamlit ./.streamlit
COPY analyses ./analyses
COPY dashboard ./dashboard
COPY ml ./ml

USER 10001:10001
VOLUME /cache
EXPOSE 8501

# It begins to answer once it has fetched what was published last.
HEALTHCHECK --interval=30s --timeout=5s --start-period=5m \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "dashboard", "--server.address", "0.0.0.0"]
