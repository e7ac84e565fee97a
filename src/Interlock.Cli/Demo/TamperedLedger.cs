using System.Text;
using Interlock.Cli.Configuration;

namespace Interlock.Cli.Demo;

/// <summary>
/// A copy of the demo's data folder in which the body of the approved plan was edited, byte by byte and without asking SQLite, as
/// somebody with an editor would. Its configuration decides the same as the true one; only its data folder is another.
/// </summary>
internal sealed class TamperedLedger
{
    private const string Folder = "tampered";
    private const string LedgerName = "ledger.db";

    private TamperedLedger(string before, string after)
    {
        Before = before;
        After = after;
    }

    /// <summary>What stood there.</summary>
    public string Before { get; }

    /// <summary>What stands there now.</summary>
    public string After { get; }

    /// <summary>Copies and edits. No process has the ledger open: all of it is in its file.</summary>
    public static TamperedLedger Copy(DemoFolder folder, string data)
    {
        Directory.CreateDirectory(folder.At(Folder));
        var bytes = File.ReadAllBytes(Path.Combine(folder.At(data), LedgerName));
        var copy = Edit(bytes);
        File.WriteAllBytes(Path.Combine(folder.At(Folder), LedgerName), bytes);
        var configuration = File.ReadAllText(folder.Configuration).Replace($"\ndata: {data}\n", $"\ndata: {Folder}\n", StringComparison.Ordinal);
        if (File.Exists(folder.At(FirstKeys.Anchor)))
        {
            // the anchor of that moment too: without it the copy would be refused as an old one, whatever stands in it
            Directory.CreateDirectory(folder.At(DemoFolder.TamperedTrust));
            File.Copy(folder.At(FirstKeys.Anchor), folder.At($"{DemoFolder.TamperedTrust}/anchor"));
            configuration = configuration.Replace(
                $"anchor: {FirstKeys.Anchor}\n", $"anchor: {DemoFolder.TamperedTrust}/anchor\n", StringComparison.Ordinal);
        }

        File.WriteAllText(folder.TamperedConfiguration, configuration);
        return copy;
    }

    /// <summary>
    /// Lets the stages restart other servers, in words of the same length. All of them and wherever they stand: a page of the file may end
    /// within one, and the file holds pages that are no longer used.
    /// </summary>
    private static TamperedLedger Edit(byte[] bytes)
    {
        TamperedLedger? edited = null;
        foreach (var server in ServerKeeper.Names)
        {
            var other = server == "web1" ? "web2" : "web1";
            var (before, after) = (Words(server, server), Words(server, other));
            var search = Encoding.UTF8.GetBytes(before);
            for (var at = bytes.AsSpan().IndexOf(search); at >= 0; at = bytes.AsSpan().IndexOf(search))
            {
                Encoding.UTF8.GetBytes(after).CopyTo(bytes, at);
                edited = new TamperedLedger(before, after);
            }
        }

        return edited ?? throw new IOException("the plan's body was not found in the ledger's file");
    }

    private static string Words(string stage, string server) => $"\"id\":\"restart-{stage}\",\"params\":{{\"server\":\"{server}\"}}";
}
