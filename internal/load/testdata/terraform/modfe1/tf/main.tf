resource "aws_sns_topic" "events" { name = "events" }
module "q" {
  source   = "./q"
  for_each = toset(["billing"])
  name     = each.key
  topic    = aws_sns_topic.events.arn
}
