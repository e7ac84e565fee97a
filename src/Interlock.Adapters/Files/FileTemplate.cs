using System.Text;
using Interlock.Adapters.Declarations;
using Interlock.Adapters.Templates;
using Interlock.Canonical;

namespace Interlock.Adapters.Files;

/// <summary>The <c>file:</c> part of an action's declaration.</summary>
internal sealed class FileTemplate
{
    /// <summary>The parameter that <c>replace</c> and <c>delete</c> have of themselves.</summary>
    public const string ExpectedName = "expect_sha256";

    private const int MaxBytes = 16 << 20;

    private readonly FileOperation operation;
    private readonly FileRoots roots;
    private readonly Template? content;
    private readonly bool base64;
    private readonly UnixFileMode? mode;
    private readonly int maxBytes;

    private FileTemplate(
        FileOperation operation, FileRoots roots, Template? content, bool base64, UnixFileMode? mode, int maxBytes)
    {
        this.operation = operation;
        this.roots = roots;
        this.content = content;
        this.base64 = base64;
        this.mode = mode;
        this.maxBytes = maxBytes;
    }

    public JsonObject Facts => JsonObject.Of(("roots", new JsonArray(roots.Roots.Select(root => (JsonValue)root))));

    public static FileTemplate? Read(Fields fields, FileOperation operation, TemplateNames names, AdapterEnvironment environment)
    {
        var problems = fields.Problems;
        var roots = FileRoots.Read(fields, names, environment);
        Template? content = null;
        UnixFileMode? mode = null;
        var base64 = false;
        if (operation != FileOperation.Delete)
        {
            content = Template.Parse(fields.RequiredText("content"), fields.At("content"), names.WithContent(), problems);
            base64 = fields.Word("encoding", "text", "text", "base64") == "base64";
            mode = FileContent.ParseMode(fields.Text("mode"));
            if (fields.Has("mode") && mode is null)
            {
                problems.Add(fields.At("mode"), "`mode` is four octal digits in quotation marks, the first a zero, for example `\"0644\"`");
            }
        }

        var maxBytes = fields.Size("max_bytes", 1 << 20, MaxBytes);
        return roots is null || problems.First is not null ? null : new FileTemplate(operation, roots, content, base64, mode, maxBytes);
    }

    public Result<FileContent> Fill(Bound values, string path)
    {
        if (!roots.Fill(values, path).TryGet(out var file, out var refusal))
        {
            return refusal;
        }

        var text = content?.Fill(values) ?? "";
        byte[] bytes;
        if (base64)
        {
            bytes = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, bytes, out var length))
            {
                return new Refusal(RefusalCode.Invalid, path, "the content is not base64; encode it");
            }

            bytes = bytes[..length];
        }
        else
        {
            bytes = Encoding.UTF8.GetBytes(text);
        }

        return bytes.Length > maxBytes
            ? new Refusal(RefusalCode.TooLarge, path, $"the content has {bytes.Length} bytes and the limit is {maxBytes}; make it smaller")
            : new FileContent
            {
                Operation = operation,
                Path = file,
                Bytes = bytes,
                Mode = mode,
                Expected = Sha256Digest.TryParse((values[ExpectedName] as JsonString)?.Value, out var expected) ? expected : null,
            };
    }
}
