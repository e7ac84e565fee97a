namespace Interlock.Tests.Architecture;

/// <summary>Facts about the sources that no analyzer at hand checks; each names the file, the line and the mend.</summary>
public sealed class StyleFacts
{
    private const int MaxLines = 400;

    // a `!` after one of these negates what follows; after any other word it silences the compiler about what stands before
    private static readonly HashSet<string> BeforeAnOperand = new(StringComparer.Ordinal)
    {
        "return", "when", "await", "in", "is", "case", "throw", "else", "do", "and", "or", "not", "where", "select", "on", "equals", "by",
        "as", "yield", "checked", "unchecked", "out", "ref", "let",
    };

    // words that follow a whole expression
    private static readonly HashSet<string> AfterAnOperand = new(StringComparer.Ordinal)
    {
        "is", "as", "switch", "with", "and", "or", "when", "where", "select", "in", "on", "equals", "by", "orderby", "join", "into",
    };

    [Fact]
    public void No_file_has_more_than_400_lines() => Found.Nothing(InSources(TooLong));

    [Fact]
    public void Nothing_silences_the_compiler_about_null() => Found.Nothing(InSources(NullForgiving));

    [Fact]
    public void Every_suppression_gives_its_reason() => Found.Nothing(InSources(BareSuppression));

    [Fact]
    public void Nothing_is_left_to_be_done_later() => Found.Nothing(InSources(Unfinished));

    [Fact]
    public void Whoever_catches_everything_says_why() => Found.Nothing(InSources(CatchAll));

    [Fact]
    public void The_sources_are_found_at_all() => Assert.True(Shipped.Files().Count() > 10);

    [Theory]
    [InlineData(400, 0)]
    [InlineData(401, 1)]
    public void A_file_that_is_too_long_is_found(int lines, int expected) =>
        Assert.Equal(expected, TooLong(string.Concat(Enumerable.Repeat("// x\n", lines))).Count());

    [Theory]
    [InlineData("var a = b!;")]
    [InlineData("var a = b!.C;")]
    [InlineData("var a = M()!.C;")]
    [InlineData("var a = M()!;")]
    [InlineData("var a = list[0]!;")]
    [InlineData("string a = null!;")]
    [InlineData("string a = default!;")]
    [InlineData("var a = (b as C)! is D;")]
    [InlineData("var a = M<int>()!;")]
    [InlineData("var a = $\"x {b!.C} y\";")]
    [InlineData("var a = $$\"\"\"{ {{b!}} }\"\"\";")]
    [InlineData("var a = @\"c:\\\" + b!;")]
    [InlineData("var c = '\\'' + b!;")]
    [InlineData("var c = b! != d;")]
    public void A_silenced_null_is_found(string code) => Assert.Single(NullForgiving("class A\n{\n" + code + "\n}\n"));

    [Theory]
    [InlineData("if (!a && !b || !(c)) { }")]
    [InlineData("var a = b != c;")]
    [InlineData("return !a;")]
    [InlineData("var a = (bool)!b;")]
    [InlineData("x = y switch { Z when !w => !v, _ => !u };")]
    [InlineData("var a = \"b!\"; // c!\n/* d!; */")]
    [InlineData("var a = @\"\"\"b!\"\" c!;\";")]
    [InlineData("var a = \"\"\"\n  say \"hello!\" b!;\n  \"\"\";")]
    [InlineData("var a = $\"{b}! {{c!}} {d:e!}\";")]
    [InlineData("var c = '!'; var d = e ? !f : !g; g = [!h, .. i];")]
    [InlineData("#error no!;\nvar a = from b in c where !b select !d;")]
    public void A_negation_is_not_taken_for_it(string code) => Assert.Empty(NullForgiving(code));

    [Theory]
    [InlineData("#pragma warning disable CA1000\nclass A;", 1)]
    [InlineData("#pragma warning disable CA1000 // the reason\nclass A;", 0)]
    [InlineData("// the reason\n#pragma warning disable CA1000\nclass A;", 0)]
    [InlineData("[SuppressMessage(\"a\", \"b\")]\nclass A;", 1)]
    [InlineData("[SuppressMessage(\"a\", \"b\", Justification = \"the reason\")]\nclass A;", 0)]
    [InlineData("[SuppressMessage(\"a\", \"b\")] // the reason\nclass A;", 0)]
    [InlineData("#nullable disable\nclass A;", 1)]
    public void A_suppression_without_a_reason_is_found(string code, int expected) => Assert.Equal(expected, BareSuppression(code).Count());

    [Theory]
    [InlineData("// TODO: later", 1)]
    [InlineData("/* FIXME */", 1)]
    [InlineData("throw new NotImplementedException();", 1)]
    [InlineData("var todoList = \"TODO\"; // the todo list", 0)]
    public void An_unfinished_place_is_found(string code, int expected) => Assert.Equal(expected, Unfinished(code).Count());

    [Theory]
    [InlineData("try { } catch (Exception) { }", 1)]
    [InlineData("try { } catch (System.Exception e) { }", 1)]
    [InlineData("try { } catch { }", 1)]
    [InlineData("try\n{\n}\ncatch (Exception)\n{\n    return;\n}", 1)]
    [InlineData("try { } catch (Exception e) when (e is A or B) { }", 0)]
    [InlineData("try { } catch (IOException) { }", 0)]
    [InlineData("try { } catch (Exception) // whatever an adapter throws is in doubt\n{ }", 0)]
    [InlineData("try { }\n// whatever an adapter throws is in doubt\ncatch (Exception)\n{ }", 0)]
    [InlineData("try { }\ncatch (Exception)\n{\n    // whatever an adapter throws is in doubt\n    return;\n}", 0)]
    public void A_catch_of_everything_is_found(string code, int expected) => Assert.Equal(expected, CatchAll(code).Count());

    private static List<string> InSources(Func<string, IEnumerable<(int Line, string Problem)>> check) =>
        (from file in Shipped.Files() from found in check(file.Text) select $"{file.Path}:{found.Line}: {found.Problem}").ToList();

    private static IEnumerable<(int Line, string Problem)> TooLong(string text)
    {
        var lines = text.AsSpan().Count('\n');
        return lines > MaxLines ? [(lines, $"{lines} lines; a file past {MaxLines} asks for a second concept")] : [];
    }

    private static IEnumerable<(int Line, string Problem)> NullForgiving(string text)
    {
        var code = CSharpTokens.Read(text).Where(token => token.Kind is not (TokenKind.Comment or TokenKind.Directive)).ToList();
        for (var i = 1; i < code.Count; i++)
        {
            if (code[i] is { Kind: TokenKind.Sign, Text: "!" } && EndsOperand(code[i - 1]) && !IsCast(code, i))
            {
                yield return (code[i].Line, "`!` silences the compiler about null; make the type say it");
            }
        }
    }

    private static bool EndsOperand(Token token) => token.Kind switch
    {
        TokenKind.Word => !BeforeAnOperand.Contains(token.Text),
        TokenKind.Text or TokenKind.Number => true,
        _ => token.Text is ")" or "]" or "}",
    };

    // `(bool)!value`: what follows a cast starts an operand, what follows a silenced call does not. `if (a) !b` is no statement
    private static bool IsCast(List<Token> code, int at) => code[at - 1].Text is ")" or "}" or "]" && at + 1 < code.Count
        && (code[at + 1].Kind is TokenKind.Word && !AfterAnOperand.Contains(code[at + 1].Text) || code[at + 1].Text == "(");

    private static IEnumerable<(int Line, string Problem)> BareSuppression(string text)
    {
        var tokens = CSharpTokens.Read(text);
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            var words = token.Kind == TokenKind.Directive ? token.Text : "";
            var suppresses = words.Contains("pragma warning disable", StringComparison.Ordinal) || words.Contains("nullable disable", StringComparison.Ordinal)
                || token is { Kind: TokenKind.Word, Text: "SuppressMessage" or "UnconditionalSuppressMessage" };
            var justified = words.Contains("//", StringComparison.Ordinal)
                || token.Kind == TokenKind.Word && tokens.Skip(i).TakeWhile(next => next.Text != "]").Any(next => next.Text == "Justification");
            if (suppresses && !justified && !HasComment(tokens, token.Line - 1, token.Line))
            {
                yield return (token.Line, "a suppression without a reason beside it");
            }
        }
    }

    private static IEnumerable<(int Line, string Problem)> Unfinished(string text) =>
        from token in CSharpTokens.Read(text)
        where token.Kind == TokenKind.Comment && (Has(token, "TODO") || Has(token, "FIXME") || Has(token, "HACK"))
            || token is { Kind: TokenKind.Word, Text: "NotImplementedException" }
        select (token.Line, "finish it, or open an issue");

    private static IEnumerable<(int Line, string Problem)> CatchAll(string text)
    {
        var tokens = CSharpTokens.Read(text);
        var code = tokens.Where(token => token.Kind != TokenKind.Comment).ToList();
        for (var i = 0; i < code.Count; i++)
        {
            if (code[i] is not { Kind: TokenKind.Word, Text: "catch" })
            {
                continue;
            }

            var head = code.Skip(i + 1).TakeWhile(token => token.Text != "{").ToList();
            var type = head.Where(token => token.Kind == TokenKind.Word).Select(token => token.Text).SkipWhile(word => word == "System").FirstOrDefault();
            var opens = i + 1 + head.Count < code.Count ? code[i + 1 + head.Count].Line : code[i].Line;
            if (type is null or "Exception" && !head.Exists(token => token.Text == "when") && !HasComment(tokens, code[i].Line - 1, opens + 1))
            {
                yield return (code[i].Line, "catches everything; name the exceptions, add a `when`, or say beside it why everything");
            }
        }
    }

    private static bool Has(Token token, string word) => token.Text.Contains(word, StringComparison.Ordinal);

    private static bool HasComment(IReadOnlyList<Token> tokens, int from, int to) =>
        tokens.Any(token => token.Kind == TokenKind.Comment && token.Line >= from && token.Line <= to);
}
