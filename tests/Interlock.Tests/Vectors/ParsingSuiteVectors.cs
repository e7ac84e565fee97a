using Interlock.Canonical;
using Interlock.Tests.Canonical;

namespace Interlock.Tests.Vectors;

public sealed class ParsingSuiteVectors
{
    private static readonly JsonReadOptions Deep = new() { MaxDepth = JsonReadOptions.DepthCeiling };

    [Fact]
    public void Every_file_of_the_parsing_suite_is_accepted_or_refused_as_its_name_says()
    {
        var wrong = new List<string>();
        var seen = new Dictionary<char, int> { ['y'] = 0, ['n'] = 0, ['i'] = 0 };
        foreach (var file in Directory.GetFiles(SharedData.Path("conformance/json-parsing"), "*.json"))
        {
            var name = Path.GetFileName(file);
            seen[name[0]]++;

            // two readers may disagree about which of two equal names counts: refused on purpose
            bool? expected = name.StartsWith("y_object_duplicated_key", StringComparison.Ordinal) ? false
                : name[0] == 'i' ? null
                : name[0] == 'y';
            var text = File.ReadAllBytes(file);
            var accepted = JsonReader.TryRead(text, Deep, out var value, out var error);
            if (accepted != (expected ?? accepted))
            {
                wrong.Add($"{name}: {error?.ToString() ?? "accepted"}");
            }

            Assert.Equal(accepted, Refusals.Digest(text, Deep) is not null);
            if (error is not null && (error.Path.Length == 0 || error.Line < 1 || error.Column < 1 || error.Message.Length == 0))
            {
                wrong.Add($"{name}: a refusal without a place or a reason: {error}");
            }

            if (value is not null && !JsonReader.TryReadCanonical(CanonicalJson.Write(value), Deep, out _, out error))
            {
                wrong.Add($"{name} written and read again: {error}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal((95, 188, 35), (seen['y'], seen['n'], seen['i']));
    }
}
