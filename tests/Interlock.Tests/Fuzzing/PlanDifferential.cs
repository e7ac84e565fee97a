using System.Collections.Concurrent;
using System.Text;
using Interlock.Canonical;
using Interlock.Plans;
using Interlock.Policies;
using Interlock.Tests.Fuzzing.Reference;

namespace Interlock.Tests.Fuzzing;

/// <summary>100,000 random plans under random policies: product and second implementation agree on bytes, hash and every invariant.</summary>
public sealed class PlanDifferential
{
    private const int Plans = 100_000;

    private static readonly PlanLimits Limits = new() { MaxBytes = 2_000, MaxDepth = 12, MaxStages = 3 };

    private readonly ConcurrentDictionary<string, (PlanValidator Validator, SortedDictionary<string, object?> Data)?> policies = new(StringComparer.Ordinal);

    [Fact]
    [Trait("speed", "slow")]
    public void Product_and_second_implementation_agree_on_every_plan()
    {
        var failed = new long[8];
        Fuzz.FindNothing(new Fuzzed(PlanTexts.Any, input => Compare(input, Slip.None, failed)), Plans);
        if (Environment.GetEnvironmentVariable("INTERLOCK_FUZZ_SEED") is null)
        {
            // plans that all fail, or never fail the one invariant, would agree about nothing
            Assert.True(failed[0] > Plans / 20, $"only {failed[0]} plans can be approved");
            Assert.All(failed[1..], (count, i) => Assert.True(count > Plans / 100, $"invariant {i + 1} fails {count} times only"));
        }
    }

    [Theory]
    [MemberData(nameof(Slips))]
    [Trait("speed", "slow")]
    public void A_seeded_disagreement_is_found(Slip slip) => Fuzz.FindSomething(new Fuzzed(PlanTexts.Any, input => Compare(input, slip, new long[8])), 30_000);

    public static TheoryData<Slip> Slips => [.. Enum.GetValues<Slip>().Where(slip => slip != Slip.None)];

    private string? Compare(byte[] input, Slip slip, long[] failed)
    {
        var end = Array.IndexOf(input, (byte)'\n');
        if (end < 0 || Policy(input[..end]) is not { } policy)
        {
            return null;
        }

        var text = input[(end + 1)..];
        var accepted = ReferenceJson.TryRead(text, out var plan);
        if (JsonReader.TryRead(text, JsonReadOptions.PlanBody, out var envelope, out var error) != accepted || envelope is null)
        {
            return accepted == (envelope is not null) ? null : $"reader differs: {error}";
        }

        var reference = new ReferencePlans(policy.Data, Limits.MaxDepth, Limits.MaxBytes, Limits.MaxStages, slip);
        var expected = reference.Validate(plan);
        Count(expected, failed);
        return Differs(policy.Validator.Validate(envelope), expected) is { } whole ? $"plan {whole}"
            : (envelope as JsonObject)?["body"] is { } body && Proposed(policy.Validator, reference, body, plan) is { } proposed ? $"body {proposed}"
            : null;
    }

    /// <summary>The same for the body alone, as an agent proposes it: the envelope is made around it.</summary>
    private static string? Proposed(PlanValidator validator, ReferencePlans reference, JsonValue body, object? plan)
    {
        var value = (plan as SortedDictionary<string, object?>)?["body"];
        var (bytes, expectedBytes) = (CanonicalJson.Write(body), ReferenceJson.Write(value));
        if (!bytes.AsSpan().SequenceEqual(expectedBytes))
        {
            return $"bytes differ: {body} and not {Encoding.UTF8.GetString(expectedBytes)}";
        }

        var envelope = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["schema_version"] = "1",
            ["plan_id"] = "p",
            ["plan_hash"] = ReferenceJson.Hash(value),
            ["status"] = "draft",
            ["body"] = value,
        };
        var expected = reference.Validate(envelope);

        // both ways in, in turns: each costs as much as the whole plan
        return Differs(bytes.Length % 2 == 0 ? validator.ValidateBody(body) : validator.ValidateBodyText(bytes), expected);
    }

    private static string? Differs(Validation found, ReferenceVerdict expected)
    {
        var failed = found.Invariants.Where(invariant => !invariant.Ok).Select(invariant => invariant.Id).ToHashSet();
        if (found.Approvable != (failed.Count == 0) || found.Approvable != (found.Body is not null) || found.SchemaValid == failed.Contains(1))
        {
            return $"verdict contradicts itself: {found.ToJson()}";
        }

        if (expected.IsTooLarge)
        {
            return failed.Contains(1) ? null : $"limit passed: {found.ToJson()}";
        }

        if (!failed.Where(IsCompared).ToHashSet().SetEquals(expected.Failed.Where(IsCompared)))
        {
            return $"invariants differ: [{string.Join(',', failed.Order())}] and not [{string.Join(',', expected.Failed)}]; {string.Join(" | ", found.Errors)}";
        }

        return found.PlanHashRecomputed?.ToString() == expected.Hash ? null : $"hash differs: {found.PlanHashRecomputed} and not {expected.Hash}";

        bool IsCompared(int id) => id != 3 || !expected.HasStrangeId;
    }

    private static void Count(ReferenceVerdict verdict, long[] failed)
    {
        foreach (var id in verdict.Failed.DefaultIfEmpty(0))
        {
            Interlocked.Increment(ref failed[id]);
        }
    }

    private (PlanValidator Validator, SortedDictionary<string, object?> Data)? Policy(byte[] text) =>
        policies.GetOrAdd(Encoding.UTF8.GetString(text), key =>
            JsonReader.TryRead(Encoding.UTF8.GetBytes(key), JsonReadOptions.PlanBody, out var value, out _)
            && Interlock.Policies.Policy.TryParse(value).TryGet(out var policy, out _)
            && ReferenceJson.TryRead(Encoding.UTF8.GetBytes(key), out var data) && data is SortedDictionary<string, object?> members
                ? (new PlanValidator(policy, null, Limits), members)
                : null);
}
