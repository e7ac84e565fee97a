using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Sessions;
using Interlock.Tests.Signing;

namespace Interlock.Tests.Cli.Configuration;

/// <summary>Who signs that one governance takes the place of another is shown every difference.</summary>
public sealed class GovernanceChanges
{
    private static readonly string Key = TestSigner.Make("ed25519").PublicLine;
    private static readonly string Other = TestSigner.Make("ecdsa-256").PublicLine;

    [Fact]
    public void What_a_key_may_sign_and_how_else_its_person_is_called_is_shown()
    {
        var lines = Signers($"alice namespaces=\"interlock-reject-v1\" {Key}\n", $"alice,root namespaces=\"*\" {Key} a comment\n");

        Assert.Equal(2, lines.Length);
        Assert.StartsWith("- key SHA256:", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("of alice, written `alice namespaces=\"interlock-reject-v1\"`", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("+ key SHA256:", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("of alice, written `alice,root namespaces=\"*\"`", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void No_comment_or_option_hides_what_stands_before_it()
    {
        var type = Key.Split(' ')[0];
        var line = Assert.Single(Signers("", $"alice namespaces=\"a,{type}\" {Key} also {type}\n"));
        Assert.Contains($"alice namespaces=\"a,{type}\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_the_words_are_the_same_the_files_are_shown()
    {
        Assert.Equal(["+ allowed_signers: # new"], Signers($"alice {Key}\n", $"# new\nalice {Key}\n"));
        Assert.Equal(
            [$"- allowed_signers: alice {Key}", $"+ allowed_signers: alice {Key} \\u{{202e}}"],
            Signers($"alice {Key}\n", $"alice {Key} \u202e\n", unread: true));
        Assert.Equal(["+ the keys are the same, their lines are in another order or there are other empty lines"], Signers($"alice {Key}\nbob {Other}\n", $"bob {Other}\nalice {Key}\n"));
        Assert.Equal([$"+ revoked: {Other}"], Signers($"alice {Key}\n", $"alice {Key}\n", revoked: $"{Other}\n"));
        Assert.Empty(Signers($"alice {Key}\n", $"alice {Key}\n"));
    }

    [Fact]
    public void The_rest_of_the_policy_is_shown_value_by_value_and_to_its_end()
    {
        var list = string.Join(',', Enumerable.Range(0, 200).Select(static i => $"\"a{i}\""));
        var text = new string('x', 3_000);
        var (before, after) = (Parsed($$"""{"policy":{"forbidden":[{{list}},"old"]},"z":"{{text}}1"}"""), Parsed($$"""{"policy":{"forbidden":[{{list}},"new"]},"z":"{{text}}2"}"""));

        Assert.Equal(
            ["- policy.forbidden[200]: \"old\"", $"- z: \"{text}1\"", "+ policy.forbidden[200]: \"new\"", $"+ z: \"{text}2\""],
            GovernanceExplain.Lines(Standing(Terms(null, before), Terms(null, after))));
    }

    [Fact]
    public void Rules_in_another_order_are_not_nothing()
    {
        var lines = GovernanceExplain.Lines(Standing(Terms(null, rules: ["a", "b"]), Terms(null, rules: ["b", "a"]))).ToList();
        Assert.Contains(lines, static line => line.StartsWith("- approval.rules[0].name: \"a\"", StringComparison.Ordinal));
    }

    private static string[] Signers(string before, string after, string revoked = "", bool unread = false)
    {
        var set = Shared.Set(before);
        return
        [
            .. GovernanceExplain.Lines(Standing(
                Terms(set), Terms(unread ? new Rewritten(set, System.Text.Encoding.UTF8.GetBytes(after)) : Shared.Set(after, revoked.Length == 0 ? null : revoked)))),
        ];
    }

    private static GovernanceStanding Standing(GovernanceTerms before, GovernanceTerms after) =>
        new(new InstanceId(Sha256Digest.Of("genesis"u8), 0), before, after, new RuleAnswer("", "", [], [], [], true), []);

    private static GovernanceTerms Terms(ISignatureVerifier? signers, JsonObject? policy = null, string[]? rules = null)
    {
        var approval = rules is null
            ? ApprovalPolicy.Default
            : ApprovalPolicy.TryParse(
                Parsed($$"""{"rules":[{{string.Join(',', rules.Select(static name => $"{{\"name\":\"{name}\",\"require\":\"1 of anyone\"}}"))}}]}"""),
                PolicyNames.Unknown).OrThrow();
        return new GovernanceTerms(false, default, default, default, policy ?? Parsed("{}"), approval, signers);
    }

    private static JsonObject Parsed(string text) =>
        JsonReader.TryRead(System.Text.Encoding.UTF8.GetBytes(text), JsonReadOptions.PlanBody, out var value, out var error)
            ? Assert.IsType<JsonObject>(value)
            : throw new ArgumentException(error.ToString());

    /// <summary>Signers whose file has a character that no reader lets through: an older ledger may have archived one.</summary>
    private sealed class Rewritten(ISignatureVerifier inner, byte[] allowed) : ISignatureVerifier
    {
        public Sha256Digest Digest => Sha256Digest.Of(allowed);

        public System.Collections.Immutable.ImmutableArray<RegisteredKey> Keys => inner.Keys;

        public ReadOnlyMemory<byte> AllowedSigners => allowed;

        public ReadOnlyMemory<byte> Revoked => inner.Revoked;

        public Result<VerifiedSignature> Verify(
            ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, string @namespace, string person, DateTimeOffset at) =>
            inner.Verify(signature, message, @namespace, person, at);
    }
}
