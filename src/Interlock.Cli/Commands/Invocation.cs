using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Composition;
using Interlock.Cli.Configuration;
using Interlock.Cli.People;
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

    /// <summary>The same for a plan: one that is not there may be in another folder, so it is said where this one was looked for.</summary>
    public int RefusePlan(Refusal refusal, DataPlace place)
    {
        var exit = Refuse(refusal);
        if (refusal.Code == RefusalCode.NotFound)
        {
            Complain($"looked in {place}");
        }

        return exit;
    }

    /// <summary>Writes one line to standard error.</summary>
    public void Complain(string message) => Around.Remark($"interlock: {message}");

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
            Around.Remark(error.ToString());
        }
    }

    /// <summary>
    /// Runs over the ledger alone. Of the configuration nothing is read but where the ledger is: this is what answers while the
    /// rest is at fault, and what has to start fast.
    /// </summary>
    public async Task<int> LookAsync(Func<ILedgerStore, DataPlace, Task<int>> run)
    {
        // half of the start is SQLite's: it goes on beside the reading of the file
        var warm = Task.Run(SqliteLedgerStore.WarmUp);
        var (place, errors) = ConfigurationLoader.Place(ConfigPath, Around.Environment, Around.WorkingDirectory);
        if (place is null)
        {
            Complain(errors);
            return Exit.Configuration;
        }

        await warm;
        if (!(await Installation.OpenLedgerForReadingAsync(place.Folder, Around.Clock, Stop)).TryGet(out var ledger, out var refusal))
        {
            return Refuse(refusal);
        }

        await using (ledger.Store)
        {
            return await run(ledger.Store, place);
        }
    }

    /// <summary>
    /// Runs over the ledger alone, for the emergency stop: only the place of the data is read from the configuration, so that
    /// a fault anywhere else in it cannot keep a person from stopping everything.
    /// </summary>
    public async Task<int> BrakeAsync(Func<ILedgerStore, Task<int>> run)
    {
        var (place, errors) = ConfigurationLoader.Place(ConfigPath, Around.Environment, Around.WorkingDirectory);
        if (place is null)
        {
            Complain(errors);
            return Exit.Configuration;
        }

        if (!DataFolder.Open(place.Folder).TryGet(out var data, out var refusal)
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
        return TryConfigure(out var configuration) ? await DecideAsync(configuration, run) : Exit.Configuration;
    }

    /// <summary>The same where the configuration has been read.</summary>
    public async Task<int> DecideAsync(InterlockConfiguration configuration, Func<Installation, Task<int>> run)
    {
        if (!(await Installation.OpenAsync(configuration, Around, Stop)).TryGet(out var opened, out var refusal))
        {
            return Refuse(refusal);
        }

        await using (opened)
        {
            return await run(opened);
        }
    }

    /// <summary>The same for one plan, named by its id or a prefix. In a wrong folder nothing is made for a plan that is not there.</summary>
    public async Task<int> DecideAsync(string prefix, Func<Installation, PlanId, Task<int>> run)
    {
        if (!TryConfigure(out var configuration))
        {
            return Exit.Configuration;
        }

        return Installation.HasLedger(configuration)
            ? await DecideAsync(configuration, async opened =>
                (await opened.Engine.ForPerson().FindAsync(prefix, Stop)).TryGet(out var id, out var refusal)
                    ? await run(opened, id)
                    : RefusePlan(refusal, configuration.Place))
            : RefusePlan(NoPlan(prefix), configuration.Place);
    }

    /// <summary>Has whoever sits here sign a statement.</summary>
    /// <param name="opened">Who is registered.</param>
    /// <param name="by">Who they say they are; null for whoever their key says.</param>
    /// <param name="key">The key that they name; null for the best that is registered.</param>
    /// <param name="make">Makes the statement of a person.</param>
    public async Task<Result<SignedStatement>> SignAsync(
        Installation opened, string? by, string? key, Func<string, Task<Result<Statement>>> make)
    {
        if (!(await Signatories.FindAsync(Around, opened, by, key, Stop)).TryGet(out var who, out var refusal)
            || !(await make(who.Person)).TryGet(out var statement, out refusal)
            || !(await who.SignAsync(statement, Stop)).TryGet(out var signature, out refusal))
        {
            return refusal;
        }

        return new SignedStatement(statement, signature);
    }

    /// <summary>The refusal of a plan where there is no ledger at all.</summary>
    public static Refusal NoPlan(string prefix) =>
        Refusal.Of(RefusalCode.NotFound, $"there is no plan `{Plain.Text(prefix, 64)}`, because there are no plans yet");

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

/// <summary>What somebody said, with their signature; the signature is empty where none is asked for.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Signature">The armoured signature.</param>
internal sealed record SignedStatement(Statement Statement, ReadOnlyMemory<byte> Signature);
