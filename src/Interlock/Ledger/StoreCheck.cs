using System.Collections.Immutable;
using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>What a check of a store came to, all of it about one moment but what the storage says of its own pages.</summary>
/// <param name="Findings">What does not follow from the chain, for people; empty where all is well.</param>
/// <param name="Head">The tree over the lines that were checked.</param>
/// <param name="Contents">The digest of everything that the store held, see <see cref="ILedgerStore.ContentsAsync"/>.</param>
public sealed record StoreCheck(ImmutableArray<string> Findings, TreeHead Head, Sha256Digest Contents);
