# Builds and runs the app: docker build -t afk . && docker run --rm afk demo
# PACKAGE_FEED=public takes the real packages, standin the stand-ins in src/Standins (docs/packages.md).

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG PACKAGE_FEED=public
WORKDIR /source

# Project files first: the restored layer is reused until one of them changes.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY src/AfkGitHubApp.Core/AfkGitHubApp.Core.csproj src/AfkGitHubApp.Core/
COPY src/AfkGitHubApp.Simulator/AfkGitHubApp.Simulator.csproj src/AfkGitHubApp.Simulator/
COPY src/AfkGitHubApp/AfkGitHubApp.csproj src/AfkGitHubApp/
COPY src/Standins/Microsoft.Extensions.Caching.StackExchangeRedis/Microsoft.Extensions.Caching.StackExchangeRedis.csproj src/Standins/Microsoft.Extensions.Caching.StackExchangeRedis/
COPY src/Standins/Octokit/Octokit.csproj src/Standins/Octokit/
COPY src/Standins/Octokit.Webhooks.AspNetCore/Octokit.Webhooks.AspNetCore.csproj src/Standins/Octokit.Webhooks.AspNetCore/
RUN dotnet restore src/AfkGitHubApp/AfkGitHubApp.csproj -p:PackageFeed=$PACKAGE_FEED

COPY .editorconfig ./
COPY eng/BannedSymbols.txt eng/
COPY src/ src/
RUN dotnet publish src/AfkGitHubApp/AfkGitHubApp.csproj --no-restore -c Release -o /app -p:PackageFeed=$PACKAGE_FEED -p:UseAppHost=false -p:SatelliteResourceLanguages=en

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./
ENV ASPNETCORE_HTTP_PORTS=8080
EXPOSE 8080
USER $APP_UID

# The image holds no HTTP client, so the shell asks: healthy is an answer with status 200.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz/live HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

ENTRYPOINT ["dotnet", "AfkGitHubApp.dll"]
