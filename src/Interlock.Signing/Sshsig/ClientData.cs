using System.Buffers.Text;
using System.Text;
using Interlock.Canonical;

namespace Interlock.Signing.Sshsig;

/// <summary>What a browser says it signed for whom (WebAuthn Level 3, section 5.8.1).</summary>
internal static class ClientData
{
    private static readonly JsonReadOptions Caps = new() { MaxBytes = 8_192, MaxDepth = 8 };

    /// <summary>Why the client data does not say that exactly these bytes were signed there; null where it does.</summary>
    public static Refusal? Fault(ReadOnlySpan<byte> clientData, ReadOnlySpan<byte> signed, string origin)
    {
        var challenge = Base64Url.EncodeToString(signed);

        // both ways of looking, so that neither this program nor ssh-keygen, which compares only the beginning, can be shown
        // something that the other does not see
        var beginning = Encoding.ASCII.GetBytes($"{{\"type\":\"webauthn.get\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\"");
        if (!JsonReader.TryRead(clientData, Caps, out var value, out _) || value is not JsonObject said)
        {
            return Refusal.Of(RefusalCode.Malformed, "the browser's client data is no JSON object; sign again");
        }

        return said switch
        {
            _ when said.Text("type") != "webauthn.get" => Wrong("is of another type than `webauthn.get`"),
            _ when said.Text("challenge") != challenge => Wrong("is for another challenge: something else was signed"),
            _ when said.Text("origin") != origin => Wrong("names another origin than the signature"),
            _ when said["crossOrigin"] is not (null or JsonBoolean { Value: false }) || said["topOrigin"] is not null =>
                Wrong("was made inside a page of another origin"),
            _ when !clientData.StartsWith(beginning) => Wrong("is not laid out as WebAuthn lays it out"),
            _ => null,
        };
    }

    private static Refusal Wrong(string what) => Refusal.Of(RefusalCode.Mismatch, $"the browser's client data {what}; sign again");
}
