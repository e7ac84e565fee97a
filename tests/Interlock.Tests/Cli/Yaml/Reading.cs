using System.Text;
using Interlock.Canonical;
using Interlock.Cli.Yaml;

namespace Interlock.Tests.Cli.Yaml;

/// <summary>Short ways to read a document in a test.</summary>
internal static class Reading
{
    public static YamlDocument Accept(string yaml, YamlReadOptions? options = null) =>
        YamlReader.TryRead(Encoding.UTF8.GetBytes(yaml), options ?? YamlReadOptions.Default, out var document, out var error)
            ? document
            : throw new Xunit.Sdk.XunitException($"{yaml} was refused: {error}");

    public static JsonError Refuse(string yaml, YamlReadOptions? options = null) =>
        Refuse(Encoding.UTF8.GetBytes(yaml), options);

    public static JsonError Refuse(byte[] yaml, YamlReadOptions? options = null) =>
        YamlReader.TryRead(yaml, options ?? YamlReadOptions.Default, out var document, out var error)
            ? throw new Xunit.Sdk.XunitException($"accepted as {document.Root}")
            : error;

    public static void RefusesAt(string yaml, int line, int column, string path, string fragment)
    {
        var error = Refuse(yaml);
        Assert.Equal((line, column, path), (error.Line, error.Column, error.Path));
        Assert.Contains(fragment, error.Message, StringComparison.Ordinal);
    }
}
