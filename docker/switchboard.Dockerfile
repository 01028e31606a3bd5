# Switchboard itself: the server, the console and the prompt tools.
FROM node:22-bookworm-slim AS build
WORKDIR /switchboard
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --omit=optional

FROM node:22-bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends espeak-ng sox ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /switchboard
COPY --from=build /switchboard ./
# The same user as Asterisk's in its image: the two share prompts and configuration on one volume.
RUN groupadd --gid 2000 switchboard && useradd --uid 2000 --gid 2000 --no-create-home switchboard && mkdir /data && chown 2000:2000 /data
USER 2000
VOLUME /data
# Room for what lives as long as a call, so that V8 need not move it to its old generation: as in the unit of systemd, and in the bench.
ENTRYPOINT ["node", "--min-semi-space-size=32", "--max-semi-space-size=32", "build/cli.js"]
CMD ["serve"]
