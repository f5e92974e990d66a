variable "name" {}
variable "topic" {}
resource "aws_sqs_queue" "this" { name = var.name }
data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.this.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.topic]
    }
  }
}
resource "aws_sqs_queue_policy" "this" {
  queue_url = aws_sqs_queue.this.url
  policy    = data.aws_iam_policy_document.this.json
}
resource "aws_sns_topic_subscription" "this" {
  topic_arn = var.topic
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.this.arn
}
output "arn" { value = aws_sqs_queue.this.arn }
