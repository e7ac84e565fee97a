using Interlock.Canonical;

namespace Interlock.Plans;

internal static class PlanBodyParser
{
    public static Result<PlanBody> Parse(JsonValue body) => throw new NotSupportedException("the parser arrives with the validator");
}
