using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.Terminal;
using Interlock.Ledger;
using Interlock.Plans;
using Interlock.Storage;

namespace Interlock.Cli.Commands;

/// <summary>One run of one command: its values, where it writes, how it refuses.</summary>
internal sealed class Invocation(ParseResult parsed, Grammar grammar, Surroundings surroundings, CancellationToken stop)
{
    public Surroundings Around { get; } = surroundings;

    /// <summary>Ctrl-C.</summary>
    public CancellationToken Stop { get; } = stop;

    public DateTimeOffset Now => Around.Clock.GetUtcNow();

    /// <summary>What <c>--config</c> names.</summary>
    public string? ConfigPath => parsed.GetValue(grammar.Config);

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    /// <summary>The value of something that the parser has made sure of.</summary>
    public string Text(Argument<string> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The value of something that the parser has made sure of.</summary>
    public string Text(Option<string> option) => parsed.GetRequiredValue(option);

    /// <summary>Writes a refusal to standard error.</summary>
    /// <returns>Its exit code.</returns>
    public int Refuse(Refusal refusal)
    {
        Complain(refusal.Path == JsonError.Root ? refusal.Message : $"{refusal.Path}: {refusal.Message}");
        return Exit.Of(refusal.Code);
    }

    /// <summary>Writes one line to standard error.</summary>
    public void Complain(string message) => Around.Error.WriteLine($"interlock: {Escape.Line(message)}");

    /// <summary>Writes a line of results: our own words, with what is not ours escaped already.</summary>
    public void Say(string line) => Around.Out.WriteLine(line);

    /// <summary>Writes text that ends its own lines.</summary>
    public void Print(string text) => Around.Out.Write(text);

    /// <summary>Writes an answer for programs.</summary>
    public void Answer(JsonValue value) => Say(JsonText.Indented(value));

    /// <summary>Writes an answer for people.</summary>
    public void Answer(Page page) => Print(page.ToString());

    /// <summary>Reads the configuration, or says what is wrong with it.</summary>
    public bool TryConfigure([NotNullWhen(true)] out InterlockConfiguration? configuration)
    {
        if (Installation.TryConfigure(Around, ConfigPath, out configuration, out var errors))
        {
            return true;
        }

        Complain(errors);
        return false;
    }

    /// <summary>Writes every fault of a configuration.</summary>
    public void Complain(ImmutableArray<ConfigurationError> errors)
    {
        foreach (var error in errors)
        {
            Around.Error.WriteLine(Escape.Line(error.ToString()));
        }
    }

    /// <summary>
    /// Runs over the ledger alone. Of the configuration nothing is read but where the ledger is: this is what answers while the
    /// rest is at fault, and what has to start fast.
    /// </summary>
    public async Task<int> LookAsync(Func<ILedgerStore, Task<int>> run)
    {
        var (folder, errors) = ConfigurationLoader.Place(ConfigPath, Around.Environment, Around.WorkingDirectory);
        if (folder is null)
        {
            Complain(errors);
            return Exit.Configuration;
        }

        if (!(await Installation.OpenLedgerForReadingAsync(folder, Around.Clock, Stop)).TryGet(out var ledger, out var refusal))
        {
            return Refuse(refusal);
        }

        await using (ledger.Store)
        {
            return await run(ledger.Store);
        }
    }

    /// <summary>
    /// Runs over the ledger alone, for the emergency stop: only the place of the data is read from the configuration, so that
    /// a fault anywhere else in it cannot keep a person from stopping everything.
    /// </summary>
    public async Task<int> BrakeAsync(Func<ILedgerStore, Task<int>> run)
    {
        var (folder, errors) = ConfigurationLoader.Place(ConfigPath, Around.Environment, Around.WorkingDirectory);
        if (folder is null)
        {
            Complain(errors);
            return Exit.Configuration;
        }

        if (!DataFolder.Open(folder).TryGet(out var data, out var refusal)
            || !(await data.OpenLedgerAsync(Around.Clock, null, Stop)).TryGet(out var ledger, out refusal))
        {
            return Refuse(refusal);
        }

        await using (ledger)
        {
            return await run(ledger);
        }
    }

    /// <summary>Runs over an installation that is opened for looking: nothing is written.</summary>
    /// <param name="rules">Whether plans are to be validated.</param>
    /// <param name="run">What is done.</param>
    public async Task<int> ReadAsync(bool rules, Func<Installation, Task<int>> run)
    {
        if (!TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        if (!(await Installation.OpenForReadingAsync(configuration, rules, Stop)).TryGet(out var opened, out var refusal))
        {
            return Refuse(refusal);
        }

        await using (opened)
        {
            return await run(opened);
        }
    }

    /// <summary>Runs over an installation that is opened for deciding.</summary>
    public async Task<int> DecideAsync(Func<Installation, Task<int>> run)
    {
        if (!TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        if (!(await Installation.OpenAsync(configuration, Around, Stop)).TryGet(out var opened, out var refusal))
        {
            return Refuse(refusal);
        }

        await using (opened)
        {
            return await run(opened);
        }
    }

    /// <summary>The same for one plan, named by its id or a prefix.</summary>
    public Task<int> DecideAsync(string prefix, Func<Installation, PlanId, Task<int>> run) =>
        DecideAsync(async opened =>
            (await opened.Engine.ForPerson().FindAsync(prefix, Stop)).TryGet(out var id, out var refusal)
                ? await run(opened, id)
                : Refuse(refusal));

    /// <summary>Answers with a plan that changed: its document where <paramref name="json"/>, else one line.</summary>
    public int Changed(PlanRecord plan, bool json, string sentence)
    {
        if (json)
        {
            Answer(JsonObject.Of(
                ("plan_id", plan.Id.ToString()),
                ("status", plan.Status.Word()),
                ("plan_hash", plan.Hash.ToString()),
                ("expires_at", plan.Status == PlanStatus.Approved ? UtcTime.Format(plan.ExpiresAt) : null),
                ("assurance", plan.Approval?.Assurance is { } assurance ? (JsonValue)assurance : null)));
        }
        else
        {
            Say(sentence);
        }

        return Exit.Success;
    }
}
