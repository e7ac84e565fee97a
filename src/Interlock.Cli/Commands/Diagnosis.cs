using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>How bad a finding is. Zero is not looked at.</summary>
internal enum Grade
{
    Unknown = 0,
    Ok,
    Warn,
    Fail,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">A stable word for it.</param>
/// <param name="Grade">How it is.</param>
/// <param name="Message">What was seen.</param>
/// <param name="Mend">What to do about it; empty where nothing is to be done.</param>
internal sealed record Finding(string Name, Grade Grade, string Message, string Mend = "")
{
    public JsonObject ToJson() => JsonObject.Of(
        ("name", Name),
        ("status", Grade switch
        {
            Grade.Unknown => "unknown",
            Grade.Ok => "ok",
            Grade.Warn => "warn",
            Grade.Fail => "fail",
        }),
        ("message", Message),
        ("mend", Mend.Length == 0 ? JsonNull.Instance : Mend));
}

/// <summary>What <c>doctor</c> looks at, in order; it goes on after a failure as far as it can.</summary>
internal sealed class Diagnosis(Invocation run)
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly List<Finding> findings = [];

    public IReadOnlyList<Finding> Findings => findings;

    /// <summary>Whether nothing failed; warnings do not count.</summary>
    public bool IsWell => findings.TrueForAll(finding => finding.Grade is Grade.Ok or Grade.Warn);

    public async Task RunAsync()
    {
        if (LookAtConfiguration() is { } configuration)
        {
            LookAtFolder(configuration.DataFolder);
            LookAtSpace(configuration);
            await LookAtLedgerAsync(configuration);
        }

        LookAtSystem();
        Add("isolation", Grade.Warn, "none: the agent runs as this same user, and whoever owns the files can change everything",
            "nothing in this version; docs/threat-model.md says what that means");
    }

    private InterlockConfiguration? LookAtConfiguration()
    {
        if (!Installation.TryConfigure(run.Around, run.ConfigPath, out var configuration, out var errors))
        {
            foreach (var error in errors)
            {
                Add("configuration", Grade.Fail, error.ToString(), "correct the file; `interlock config check` reads it again");
            }

            return null;
        }

        if (configuration.File is null)
        {
            Add("configuration", Grade.Warn, "there is no file; the safe default has no actions", "write one with `interlock init`");
        }
        else
        {
            Add("configuration", Grade.Ok,
                $"{configuration.File}: {configuration.Catalog.Actions.Count} actions, {configuration.Catalog.Probes.Count} probes");
        }

        if (configuration.Log is { } log)
        {
            Add("log", Grade.Ok, $"signed by {log.Public}, anchored in {log.AnchorFile}");
        }
        else
        {
            Add("log", Grade.Warn, ConfigExplain.Unanchored, "make a key with `interlock init` and configure `log:`");
        }

        if (configuration.AllowUnsigned)
        {
            Add("approvals", Grade.Warn, "unsigned approvals count (assurance: none): nothing proves who typed the name",
                "have people's keys registered with `interlock keys add`, then take `unsigned: allow` out");
        }
        else if (configuration.Signers is not { } files)
        {
            Add("approvals", Grade.Warn, "nobody is registered who could sign, so nothing can be approved",
                "name an `allowed_signers` file under `approvers`, see `interlock keys`");
        }
        else if (!RegisteredSigners.Read(files).TryGet(out var signers, out var unreadable))
        {
            Add("approvals", Grade.Fail, unreadable.Message, "mend the file; nobody can approve, and nothing runs, until it can be read");
        }
        else
        {
            var now = configuration.Clock.GetUtcNow();
            var counting = signers.Keys.Count(key => key.IsValidAt(now));
            var unattended = signers.Keys.Count(key => key.IsValidAt(now) && !key.IsHardware);
            if (counting == 0)
            {
                Add("approvals", Grade.Warn, $"no key counts: of {signers.Keys.Length} registered each is revoked or not valid now, so nothing can be approved",
                    "register one with `interlock keys add`");
            }
            else
            {
                Add("approvals", Grade.Ok, $"{counting} keys count, {unattended} of them in software, which may sign unattended");
            }
        }

        return configuration;
    }

    private void LookAtFolder(string path)
    {
        if (!Directory.Exists(path))
        {
            Add("data", Grade.Ok, $"{path} is not there yet; the first proposal makes it");
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            Add("data", Grade.Ok, path);
            return;
        }

        var open = File.GetUnixFileMode(path) & Others;
        if (open != UnixFileMode.None)
        {
            Add("data", Grade.Warn, $"{path} is open to other users ({open})", $"chmod 700 {path}");
        }
        else
        {
            Add("data", Grade.Ok, $"{path}, for this user alone");
        }

        foreach (var file in Directory.EnumerateFiles(path))
        {
            var mode = File.GetUnixFileMode(file) & Others;
            if (mode != UnixFileMode.None)
            {
                Add("data", Grade.Warn, $"{file} is open to other users ({mode})", $"chmod 600 {file}");
            }
        }
    }

    private void LookAtSpace(InterlockConfiguration configuration)
    {
        if (!Directory.Exists(configuration.DataFolder)
            || !DataFolder.Open(configuration.DataFolder).TryGet(out var folder, out _)
            || folder.FreeBytes is not { } free)
        {
            return;
        }

        var floor = DataFolder.SizeText(configuration.SpaceFloor);
        var seen = $"{DataFolder.SizeText(free)} free";
        if (configuration.SpaceFloor == 0)
        {
            Add("space", Grade.Warn, $"{seen}, and no floor: agents may fill the disk", "set `space.floor` in the configuration");
        }
        else if (free < configuration.SpaceFloor)
        {
            Add("space", Grade.Fail,
                $"{seen}, below the floor of {floor}: nothing new is taken, and {DataFolder.SizeText(folder.ReserveBytes)} of the reserve are left for decisions",
                $"free space on the file system of {configuration.DataFolder}");
        }
        else if (Installation.HasLedger(configuration) && folder.ReserveBytes < configuration.SpaceReserve)
        {
            Add("space", Grade.Warn,
                $"{seen}, the floor is {floor}, but of the reserve of {DataFolder.SizeText(configuration.SpaceReserve)} only {DataFolder.SizeText(folder.ReserveBytes)} are set aside",
                "free space; the next proposal or decision sets the rest aside");
        }
        else
        {
            Add("space", Grade.Ok, $"{seen}, the floor is {floor}");
        }
    }

    private async Task LookAtLedgerAsync(InterlockConfiguration configuration)
    {
        if (!(await Installation.OpenForReadingAsync(configuration, rules: false, run.Stop)).TryGet(out var opened, out var refusal))
        {
            Add("ledger", Grade.Fail, refusal.Message, "mend that, then run `interlock doctor` again");
            return;
        }

        await using (opened)
        {
            if (!(await FsckCommand.FindAsync(opened, run.Stop)).TryGet(out var sound, out refusal))
            {
                Add("ledger", Grade.Fail, refusal.Message, "restore the ledger from a backup");
                return;
            }

            foreach (var finding in sound.Findings)
            {
                Add("ledger", Grade.Fail, finding, "restore the ledger from a backup; `interlock fsck` lists everything");
            }

            if (sound.Findings.Length == 0)
            {
                Add("ledger", Grade.Ok, sound.Entries == 0 ? "empty" : $"{sound.Entries} entries, sound");
                await LookAtClockAsync(opened, sound.Entries);
                await LookAtGovernanceAsync(opened);
                await LookAtExecutorAsync(opened);
            }
        }
    }

    private async Task LookAtClockAsync(Installation opened, long entries)
    {
        if (entries == 0
            || !(await opened.Store.ReadAsync(entries - 1, 1, run.Stop)).TryGet(out var lines, out _)
            || lines.IsEmpty
            || !LedgerEntry.TryReadAlone(lines[0], out var last, out _))
        {
            return;
        }

        var behind = last.At - run.Now;
        if (behind > TimeSpan.Zero)
        {
            Add("clock", Grade.Fail, $"the clock is {behind.TotalSeconds:0} s behind the ledger's newest entry; nothing can be approved or claimed",
                "set the clock right");
        }
        else
        {
            Add("clock", Grade.Ok, "not behind the ledger");
        }
    }

    private async Task LookAtGovernanceAsync(Installation opened)
    {
        if (!(await opened.Store.ReadStreamAsync(StreamId.Governance, run.Stop)).TryGet(out var governance, out _) || governance.IsEmpty)
        {
            return;
        }

        var recorded = governance.LastOrDefault(static entry => entry.Kind is EventKinds.Genesis or EventKinds.Configured)?.Event.Text("configuration");
        await LookAtWhatDecidesAsync(opened.Configuration, isRecorded: recorded == opened.Configuration.Digest.ToString());

        if (opened.Configuration is { GenesisFile: { } genesis, Approval.Governance.Mode: GovernanceMode.Locked })
        {
            LookAtGenesis(genesis);
        }

        if ((await opened.Engine.ForPerson().StopInForceAsync(run.Stop)).TryGet(out var stop, out _))
        {
            Add("emergency stop", Grade.Warn, $"in force since {UtcTime.Format(stop.At)}, by {stop.Event.Text("by")}", "interlock resume-all --by NAME");
        }
    }

    /// <summary>The signers are no part of the configuration's digest: with them it is asked whether the files here decide.</summary>
    private async Task LookAtWhatDecidesAsync(InterlockConfiguration configuration, bool isRecorded)
    {
        // signers or a genesis file that cannot be read are findings of their own
        if (!(await Installation.OpenForReadingAsync(configuration, rules: true, run.Stop)).TryGet(out var opened, out _))
        {
            return;
        }

        await using (opened)
        {
            if (!(await opened.Engine.ForGovernance().StandingAsync(run.Stop)).TryGet(out var standing, out var refusal))
            {
                Add("governance", Grade.Fail, refusal.Message, "mend that, then run `interlock doctor` again");
            }
            else if (standing is { IsUnchanged: false, Recorded.IsLocked: true })
            {
                Add("governance", Grade.Fail,
                    $"governance is locked, and the files here are not what decides: nothing is approved, resolved, resumed, claimed or executed until {standing.Recorded.Approval.Governance.Change} of those who decide by the ledger have signed the change",
                    "put the files back, or have each of them run `interlock governance sign`; `interlock governance show` says what changes and who is missing");
            }
            else if (!standing.IsUnchanged || !isRecorded)
            {
                Add("governance", Grade.Warn, "the configuration changed since the ledger last recorded one",
                    "nothing: the next approval or execution records it; plans that run at that moment halt");
            }
            else
            {
                Add("governance", Grade.Ok, "the ledger knows this configuration");
            }
        }
    }

    private void LookAtGenesis(string path)
    {
        if (!GenesisFile.Read(path).TryGet(out _, out var refusal))
        {
            Add("genesis", Grade.Fail, refusal.Message, "interlock governance pin");
        }
        else if (GenesisFile.Weakness(path) is { } weakness)
        {
            Add("genesis", Grade.Warn, $"{path} {weakness}: an agent of this user could pin another ledger",
                $"sudo chown root: {path}, and keep it where every folder above it is root's");
        }
        else
        {
            Add("genesis", Grade.Ok, $"pinned in {path}, which this user cannot write");
        }
    }

    private async Task LookAtExecutorAsync(Installation opened)
    {
        var running = opened.Folder?.IsExecutorRunning() ?? false;
        var query = new PlanQuery { Status = "executing", Limit = 1 };
        var executing = (await opened.Store.ListPlansAsync(query, run.Stop)).TryGet(out var page, out _) && !page.Rows.IsEmpty;
        if (executing && !running)
        {
            Add("executor", Grade.Fail, $"plan {page?.Rows[0].Plan} is executing and no executor runs: it was left by a crash",
                "run `interlock executor`: it records what is known and halts the plan");
        }
        else
        {
            Add("executor", Grade.Ok, running ? "running" : "not running; it is started when a plan is to be executed");
        }
    }

    private void LookAtSystem()
    {
        if (OperatingSystem.IsLinux())
        {
            Add("commands", Grade.Ok, "the processes of a stage are contained and ended with it");
        }
        else
        {
            Add("commands", Grade.Warn, "only Linux can contain the processes of a stage whole",
                "run plans with commands on Linux");
        }
    }

    private void Add(string name, Grade grade, string message, string mend = "") => findings.Add(new Finding(name, grade, message, mend));
}
