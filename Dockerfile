# Rolewright without a compiler and without a download at run time. docs/deployment.md tells how to run it.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    ROLEWRIGHT_LIBRARY=/library \
    ROLEWRIGHT_AUTH_FILE=/library/users

WORKDIR /app
COPY requirements.lock ./
RUN python -m pip install --require-hashes -r requirements.lock

COPY pyproject.toml README.md LICENSE ./
COPY corpus corpus
COPY ingest ingest
COPY rag rag
COPY eval eval
COPY ui ui
RUN python -m pip install --no-deps --no-build-isolation . \
    && useradd --uid 10001 --create-home rolewright \
    && mkdir /library \
    && chown rolewright: /library

# Not below /app, so that the installed packages are used.
WORKDIR /home/rolewright
USER rolewright
VOLUME /library
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["rolewright"]
CMD ["serve", "--host", "0.0.0.0"]
