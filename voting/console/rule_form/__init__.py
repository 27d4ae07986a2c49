"""The rule sheet as questions that an organiser would ask, and the way there and back."""

from voting.console.rule_form.form import RuleForm, answers

__all__ = ["RuleForm", "answers"]
