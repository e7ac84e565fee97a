namespace Interlock.Tests.Fuzzing.Reference;

/// <summary>A mistake that an implementation of the invariants could make; put in to see that the comparison finds it.</summary>
public enum Slip
{
    None,
    NotesMayHoldSecrets,
    NamesMayHoldSecrets,
    DigestsAreSecrets,
    RollbacksMayTouchWhatIsForbidden,
    RollbacksMayDoWhatIsForbidden,
    HashIgnoresCase,
    HashMayEndInLineFeed,
    AbsentMatchesNothing,
    NoPreconditionsWillDo,
    JustificationMayBeEmpty,
    UnknownIsReading,
    CreatingIsReading,
    IdsMayStandTwice,
    FillersPass,
    LongNamesPass,
    PatternsAreNotLookedAt,
    ManyStagesPass,
    ExtensionOpensTheStage,
    TargetMayBeAnything,
    NullIsAbsent,
}
