Console.WriteLine("AfkGitHubApp");
