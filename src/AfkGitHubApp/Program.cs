using AfkGitHubApp.Cli;

return await CommandLine.RunAsync(args);
