# Asterisk 22.10 or newer. Its configuration is rendered by Switchboard onto the shared volume (`switchboard asterisk-config`).
FROM debian:sid-slim
RUN apt-get update && apt-get install -y --no-install-recommends asterisk asterisk-modules asterisk-core-sounds-en ca-certificates && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 2000 switchboard && useradd --uid 2000 --gid 2000 --no-create-home switchboard
USER 2000
VOLUME /data
CMD ["asterisk", "-C", "/data/asterisk/etc/asterisk.conf", "-f"]
