namespace Interlock.Cli.Commands;

/// <summary>The exit codes, as docs/reference/cli.md lists them. 0, 1 and 2 are those of the contract; the rest is sysexits.h.</summary>
internal static class Exit
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Refused: no such plan, the wrong status, an invalid plan, a run that did not execute.</summary>
    public const int Refused = 1;

    /// <summary>A chain does not verify: an audit log, or the ledger itself.</summary>
    public const int DoesNotVerify = 2;

    /// <summary>The command line is wrong (EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>The ledger or a file cannot be read or written, or whether it was written is not known (EX_IOERR).</summary>
    public const int Storage = 74;

    /// <summary>The configuration is at fault (EX_CONFIG).</summary>
    public const int Configuration = 78;

    /// <summary>Ended by Ctrl-C or SIGTERM (128 + SIGINT, as shells count).</summary>
    public const int Interrupted = 130;

    /// <summary>The code of a refusal.</summary>
    public static int Of(RefusalCode code) =>
        code == RefusalCode.Corrupt ? DoesNotVerify
        : code == RefusalCode.Storage || code == RefusalCode.OutcomeUnknown ? Storage
        : Refused;
}
