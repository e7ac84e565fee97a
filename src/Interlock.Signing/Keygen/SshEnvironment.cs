namespace Interlock.Signing.Keygen;

/// <summary>Where OpenSSH's programs and a person's keys are: given, never asked of this process.</summary>
/// <param name="Home">The person's home folder, which holds <c>.ssh</c>.</param>
/// <param name="Variables">The environment that the programs get, all of it: <c>PATH</c>, <c>SSH_AUTH_SOCK</c>, <c>SSH_ASKPASS</c>, …</param>
/// <param name="Scratch">A folder for temporary files, <c>/tmp</c>; each use makes a private folder in it and removes it.</param>
/// <param name="Interactive">
/// Whether a person sits at this process's terminal. Then the programs have all of it: they ask for passphrases, PINs and touches
/// there, and say there why they failed. Otherwise they are told that nobody is there, and what they say is in the refusal.
/// </param>
public sealed record SshEnvironment(string Home, IReadOnlyDictionary<string, string> Variables, string Scratch, bool Interactive)
{
    /// <summary>The folder of the person's keys.</summary>
    internal string KeyFolder => Path.Combine(Home, ".ssh");

    /// <summary>The first file of that name on the <c>PATH</c>; null where there is none.</summary>
    internal string? Program(string name) => Variables.GetValueOrDefault("PATH", "")
        .Split(Path.PathSeparator)
        .Where(static folder => Path.IsPathRooted(folder))
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
