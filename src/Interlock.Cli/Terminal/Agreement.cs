using Interlock.Plans;
using Interlock.Sessions;

namespace Interlock.Cli.Terminal;

/// <summary>Who has countersigned a plan, by which key, and who is still missing.</summary>
internal static class Agreement
{
    /// <summary>Writes it beneath the head of a review.</summary>
    /// <param name="page">The page.</param>
    /// <param name="review">The review.</param>
    /// <param name="now">The time.</param>
    /// <param name="labels">How wide the labels of the head are.</param>
    public static void Write(Page page, Review review, DateTimeOffset now, int labels)
    {
        foreach (var one in review.Plan.Countersignatures)
        {
            page.Field(
                0,
                "signed",
                labels,
                $"by {Escape.Line(one.Approver)}, {Moment.Of(one.At, now)}",
                " ",
                ReviewPage.Unsigned(one.Assurance),
                new Part(one.Key is null ? "" : $" {Escape.Line(one.Key)}", Ink.Dim));
        }

        if (review.Plan.Status == PlanStatus.Proposed && review.Quorum is { } quorum)
        {
            foreach (var line in quorum.Lines)
            {
                page.Field(0, "needs", labels, Escape.Line(line));
            }
        }

        foreach (var one in review.Void)
        {
            page.Field(0, "void", labels, Escape.Line(one.ToString()));
        }
    }
}
