using System.Text;
using Interlock.Canonical;

namespace Interlock.Tests.Vectors;

public sealed class JcsVectors
{
    [Fact]
    public void Every_input_of_the_JCS_data_becomes_its_output()
    {
        var wrong = new List<string>();
        var inputs = Directory.GetFiles(SharedData.Path("conformance/jcs/input"), "*.json");
        foreach (var input in inputs)
        {
            var name = Path.GetFileNameWithoutExtension(input);
            var output = File.ReadAllBytes(SharedData.Path($"conformance/jcs/output/{name}.json"));
            var hexText = File.ReadAllText(SharedData.Path($"conformance/jcs/outhex/{name}.txt"));
            var hex = string.Concat(hexText.Where(char.IsAsciiHexDigit));
            if (!JsonReader.TryRead(File.ReadAllBytes(input), JsonReadOptions.PlanBody, out var value, out var error))
            {
                wrong.Add($"{name}: {error}");
                continue;
            }

            var written = CanonicalJson.Write(value);
            if (!written.AsSpan().SequenceEqual(output) || !written.AsSpan().SequenceEqual(Convert.FromHexString(hex)))
            {
                wrong.Add($"{name}: {Encoding.UTF8.GetString(written)}");
            }

            if (!JsonReader.TryReadCanonical(output, JsonReadOptions.PlanBody, out _, out error))
            {
                wrong.Add($"{name} read again: {error}");
            }
        }

        Assert.Empty(wrong);
        Assert.Equal(6, inputs.Length);
    }
}
